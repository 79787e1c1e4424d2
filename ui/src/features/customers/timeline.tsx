import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, type Schemas } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { useList } from '@/shared/api/list';
import { useFormat } from '@/shared/format/use-format';
import { StageMark, StateMark } from '@/shared/ui/marks';
import { humane } from '@/shared/ui/names';
import { Section } from '@/shared/ui/screen';
import { StayReason } from '@/shared/told/stay-reason';
import { Failed, Waiting } from '@/shared/ui/states';
import css from './timeline.module.css';

type Item = Schemas['TimelineItem'];

/** What was posted, decided and answered, and the stages between, the latest first. */
export function Timeline({ customerId }: { customerId: string }) {
    const { t } = useTranslation();
    const { path, query } = atCustomer(customerId);
    const items = useList(`/api/v1/customers/${customerId}/timeline`, {}, (cursor) =>
        dataOf(
            api.GET('/api/v1/customers/{customer_id}/timeline', {
                params: { path, query: { ...(query as object | undefined), limit: 20, ...(cursor ? { cursor } : {}) } },
            }),
        ),
    );
    return (
        <Section
            title={t('What has happened?')}
            about={t('Decisions with what came of them, events as they were posted, and stages.')}
        >
            {items.error && <Failed error={items.error} onRetry={items.again} />}
            {items.isLoading && <Waiting lines={5} />}
            {!items.isLoading && !items.error && items.rows.length === 0 && (
                <Text className="quiet">{t('Nothing yet: no decision, no event, no stage.')}</Text>
            )}
            {items.rows.length > 0 && (
                <ol className={css.list}>
                    {items.rows.map((item) => (
                        <Line key={keyOf(item)} item={item} />
                    ))}
                </ol>
            )}
            {items.hasMore && (
                <div>
                    <Button size="xs" variant="subtle" onClick={items.more}>
                        {t('Show more')}
                    </Button>
                </div>
            )}
        </Section>
    );
}

function keyOf({ kind, at, event, decision }: Item): string {
    return `${kind} ${decision?.decision_id ?? (event ? `${event.source} ${event.id}` : at)}`;
}

function Line({ item }: { item: Item }) {
    const format = useFormat();
    return (
        <li className={css.line}>
            <span className="quiet small num">{format.dateTime(item.at)}</span>
            <div className={css.words}>
                {item.stay && <Stay stay={item.stay} />}
                {item.event && <Event event={item.event} />}
                {item.decision && <Decision decision={item.decision} />}
            </div>
        </li>
    );
}

function Stay({ stay }: { stay: Schemas['Stay'] }) {
    return (
        <Text component="div" className="wrap">
            <StageMark stage={stay.stage} /> <StayReason rule={stay.rule} reason={stay.reason} />
        </Text>
    );
}

function Event({ event }: { event: Schemas['Event'] }) {
    const { t } = useTranslation();
    const words = { transaction: t('Transaction'), interaction: t('Interaction'), payment: t('Payment') };
    return (
        <details>
            <summary>
                {words[event.type]} <bdi className="quiet small">{event.source}</bdi>
            </summary>
            <dl className={css.facts}>
                {Object.entries(event.data as Record<string, unknown>)
                    .filter(([, value]) => value !== null && value !== '')
                    .map(([name, value]) => (
                        <div key={name}>
                            <dt>{humane(name)}</dt>
                            <dd>
                                <bdi>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</bdi>
                            </dd>
                        </div>
                    ))}
            </dl>
        </details>
    );
}

function Decision({ decision }: { decision: Schemas['TimelineDecision'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const offers = $api.useQuery('get', '/api/v1/offers', { params: { query: { limit: 500 } } });
    const nameOf = (id: number) =>
        offers.data?.items.find((offer) => offer.offer_id === id)?.name ?? t('Offer {{id}}', { id });
    const words = {
        sent: t('sent'),
        viewed: t('viewed'),
        clicked: t('clicked'),
        converted: t('converted'),
        rejected: t('rejected'),
    };
    const where = [decision.placement, decision.channel].filter(Boolean);
    return (
        <Stack gap={4}>
            <Text component="div" className="wrap">
                {decision.offers.length === 0 ? (
                    t('Decided: no offer')
                ) : (
                    <>
                        {t('Decided:')} <bdi>{format.list(decision.offers.map(nameOf))}</bdi>
                    </>
                )}{' '}
                {where.length > 0 && <bdi className="quiet small">{where.join(' · ')}</bdi>}
            </Text>
            {decision.outcomes.length > 0 && (
                <Group gap="xs">
                    {decision.outcomes.map((outcome) => (
                        <span key={`${outcome.offer_id} ${outcome.kind}`} title={format.dateTime(outcome.occurred_at)}>
                            <StateMark
                                state={outcome.kind === 'converted' ? 'succeeded' : outcome.kind}
                                label={`${words[outcome.kind]} · ${nameOf(outcome.offer_id)}`}
                            />
                        </span>
                    ))}
                </Group>
            )}
        </Stack>
    );
}
