import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { useVariableWords } from '@/shared/rules/variables';
import { ruleInWords } from '@/shared/rules/words';
import { useNames } from '@/shared/ui/names';
import { Section } from '@/shared/ui/screen';
import type { Offer } from './offer';
import css from './preview.module.css';

/** How a customer would see it, and what it comes to in words. */
export function OfferPreview({ offer }: { offer: Offer }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const ruleWords = useVariableWords();
    const languages = Object.keys(offer.content);
    const limits = [
        offer.lifecycle_stage && t('stage {{stage}}', { stage: names.stage(offer.lifecycle_stage) }),
        offer.target_segment && names.segment(offer.target_segment),
        offer.eligibility_rule !== null && ruleInWords(offer.eligibility_rule, t, ruleWords),
    ].filter(Boolean);
    return (
        <Section title={t('Preview')}>
            {(languages.length > 0 ? languages : ['']).map((language) => {
                const words = offer.content[language];
                return (
                    <div key={language} className={css.card} lang={language || undefined} dir="auto">
                        <div className={css.title}>{words?.title || offer.name || t('No name yet')}</div>
                        <div className={css.text}>{words?.text || offer.description}</div>
                        {words?.call_to_action && <span className={css.act}>{words.call_to_action}</span>}
                        {language && <span className={css.language}>{language}</span>}
                    </div>
                );
            })}
            <Text className="wrap" size="sm">
                {limits.length > 0
                    ? t('For: {{whom}}.', { whom: format.list(limits as string[]) })
                    : t('For everybody.')}{' '}
                {offer.value !== null &&
                    t('A conversion brings {{gain}}.', {
                        gain: format.money(offer.value - offer.redemption_cost, offer.currency),
                    })}
            </Text>
        </Section>
    );
}
