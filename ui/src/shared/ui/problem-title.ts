import type { TFunction } from 'i18next';

/** The titles of the server's problems (RFC 9457) in the reader's language; one that is not known, as it came. */
export function problemTitle(t: TFunction, title: string): string {
    const known: Record<string, string> = {
        'The request is not valid': t('The request is not valid'),
        'Not found': t('Not found'),
        'It conflicts with what is there': t('It conflicts with what is there'),
        'It was changed meanwhile': t('It was changed meanwhile'),
        'Say which version you mean': t('Say which version you mean'),
        'Authentication is needed': t('Authentication is needed'),
        'Not allowed': t('Not allowed'),
        'Too many requests': t('Too many requests'),
        'Not available now': t('Not available now'),
        'Internal error': t('Internal error'),
    };
    return known[title] ?? (title || t('That did not work'));
}
