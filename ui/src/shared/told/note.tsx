import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

/** What a decision says of itself, in the reader's language where it is one of the known sentences. */
export function noteTold(t: TFunction, note: string): string | undefined {
    const known: Record<string, string> = {
        'stages were not looked at: lifecycle is off': t('Stages were not looked at: the lifecycle is off.'),
        'value segments and bounds were not looked at: customer value is off': t(
            'Value segments and bounds were not looked at: customer value is off.',
        ),
        'scores are a fallback: no model scored this customer': t(
            'The scores are a fallback: no model scored this customer.',
        ),
    };
    const id = /^offer (\d+) is not shown: its eligibility rule is wrong$/.exec(note)?.[1];
    return id === undefined ? known[note] : t('Offer {{id}} is not shown: its eligibility rule is wrong.', { id });
}

export function Note({ children }: { children: string }) {
    const { t } = useTranslation();
    const told = noteTold(t, children);
    return told === undefined ? <bdi lang="en">{children}</bdi> : <>{told}</>;
}
