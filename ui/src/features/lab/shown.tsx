import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { Reasons } from '@/shared/ui/reasons';
import { Section } from '@/shared/ui/screen';
import css from './lab.module.css';

function useKinds() {
    const { t } = useTranslation();
    return {
        calibrated: t('calibrated'),
        share: t('share among converters'),
        offer_rate: t('the offer’s own rate'),
        base_rate: t('base rate'),
        rules: t('by rules alone'),
    };
}

function useNoOffer() {
    const { t } = useTranslation();
    return {
        nothing_eligible: t('No offer: none is left for this customer.'),
        nothing_gains: t('No offer: every one that is left would cost more than it brings.'),
        drawn: t('No offer: exploration drew “no offer” this time.'),
    };
}

export function Shown({ decision }: { decision: Schemas['AnsweredDecision'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const kinds = useKinds();
    const none = useNoOffer();
    return (
        <Section title={t('What would be shown?')}>
            {decision.offers.length === 0 && (
                <Text>{decision.no_offer ? none[decision.no_offer] : t('No offer.')}</Text>
            )}
            <div className={css.offers}>
                {decision.offers.map((offer) => (
                    <article key={offer.offer_id} className={css.offer}>
                        <Text fw={600}>
                            {offer.rank}.{' '}
                            <Link to="/offers/$offerId" params={{ offerId: String(offer.offer_id) }}>
                                <bdi>{offer.offer.name}</bdi>
                            </Link>
                        </Text>
                        <Text className="num small quiet">
                            {offer.probability !== null &&
                                `${format.percent(offer.probability)} (${kinds[offer.score_kind]}) · `}
                            {offer.expected_value !== null &&
                                t('expected {{value}}', {
                                    value: format.money(offer.expected_value, offer.offer.currency),
                                })}
                            {offer.fallback && ` · ${t('fallback')}`}
                        </Text>
                        {offer.explanation && (
                            <div className={css.why}>
                                <Reasons reasons={offer.explanation.reasons} />
                            </div>
                        )}
                    </article>
                ))}
            </div>
        </Section>
    );
}
