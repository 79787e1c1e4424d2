import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { useFormat } from '@/shared/format/use-format';
import { LinkText } from '@/shared/ui/links';
import { Section } from '@/shared/ui/screen';
import { Reasons } from '@/shared/ui/reasons';
import { Loaded } from '@/shared/ui/states';

/** What a decision would show, and what the model says of each offer. Nothing is recorded by looking. */
export function Offers({ customerId }: { customerId: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    const nbo = $api.useQuery(
        'get',
        '/api/v1/customers/{customer_id}/predictions/nbo',
        { params: atCustomer(customerId) },
        { retry: false },
    );
    const names = $api.useQuery('get', '/api/v1/offers', { params: { query: { limit: 500 } } });
    const nameOf = (id: number) =>
        names.data?.items.find((offer) => offer.offer_id === id)?.name ?? t('Offer {{id}}', { id });
    return (
        <Section
            title={t('Which offers would be shown?')}
            about={t('By a decision without a placement or a channel; nothing is recorded.')}
        >
            <Loaded query={nbo} lines={5}>
                {(data) => (
                    <Stack gap="sm">
                        {data.decision.offers.map((offer) => (
                            <div key={offer.offer_id}>
                                <Text>
                                    <b className="num">{offer.rank}.</b>{' '}
                                    <LinkText
                                        to="/offers/$offerId"
                                        params={{ offerId: String(offer.offer_id) }}
                                        className="wrap"
                                    >
                                        {nameOf(offer.offer_id)}
                                    </LinkText>{' '}
                                    <span className="quiet num">
                                        {offer.probability !== null &&
                                            t('converts with {{p}}', { p: format.percent(offer.probability) })}
                                        {offer.fallback && ` · ${t('fallback')}`}
                                    </span>
                                </Text>
                                {offer.explanation && <Reasons reasons={offer.explanation.reasons} />}
                            </div>
                        ))}
                        {data.decision.no_offer && <Text>{t('No offer: nothing fits, or nothing gains.')}</Text>}
                        <details>
                            <summary>{t('What the model says of every offer')}</summary>
                            <ul>
                                {Object.entries(data.offer_scores)
                                    .toSorted(([, a], [, b]) => b - a)
                                    .map(([id, score]) => (
                                        <li
                                            key={id}
                                            className="num"
                                        >{`${nameOf(Number(id))}: ${format.percent(score)}`}</li>
                                    ))}
                            </ul>
                        </details>
                    </Stack>
                )}
            </Loaded>
        </Section>
    );
}
