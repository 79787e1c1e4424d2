import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { valueToldAgain } from './feature-words';

/**
 * Why a customer entered a stage. The rules that every programme begins with are told in the reader's language while
 * their words are the first ones; the values that decided stand behind, as the server kept them.
 */
export function StayReason({ rule, reason }: { rule: string; reason: string }) {
    const { t, i18n } = useTranslation();
    const known: Record<string, [english: string, told: string]> = {
        gone: ['closed, or silent for long', t('closed, or silent for long')],
        not_begun: ['no activity yet', t('no activity yet')],
        beginning: ['new, or still with hardly any activity', t('new, or still with hardly any activity')],
        leaving: ['likely to leave', t('likely to leave')],
        growing: ['settled, and spending more', t('settled, and spending more')],
        steady: ['an active customer like most', t('an active customer like most')],
    };
    const [english, told] = known[rule] ?? [];
    if (i18n.language === 'en' || english === undefined || !reason.startsWith(english)) {
        return <bdi lang="en">{reason}</bdi>;
    }
    const values = reason.slice(english.length).replace(/^: /, '');
    return (
        <>
            {told}
            {values && ': '}
            {values &&
                values.split(', ').map((value, i) => (
                    <span key={value}>
                        {i > 0 && '، '}
                        <Value>{value}</Value>
                    </span>
                ))}
        </>
    );
}

/** `days since the last activity 97 days`: what is known of it, in the reader's language. */
function Value({ children: said }: { children: string }) {
    const { t, i18n } = useTranslation();
    const format = useFormat();
    const told = useMemo(() => valueToldAgain(said, t, i18n.getFixedT('en'), format), [said, t, i18n, format]);
    return told === undefined ? <bdi lang="en">{said}</bdi> : <>{told}</>;
}
