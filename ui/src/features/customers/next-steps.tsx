import { List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { useFormat } from '@/shared/format/use-format';
import { LinkText } from '@/shared/ui/links';
import { StateMark } from '@/shared/ui/marks';
import { Section } from '@/shared/ui/screen';
import { Loaded } from '@/shared/ui/states';

type Actions = Schemas['RecommendedActions'];
type Priority = Actions['priority'];

/** What the stage recommends: how urgent the customer is, when a message may go out, and with which offers. */
export function NextSteps({ customerId, currency }: { customerId: string; currency: string | undefined }) {
    const { t } = useTranslation();
    const actions = $api.useQuery(
        'get',
        '/api/v1/customers/{customer_id}/actions',
        { params: atCustomer(customerId) },
        { retry: false },
    );
    return (
        <Section
            title={t('What should happen next?')}
            about={t('By the stage, the value and what was sent lately; nothing is recorded.')}
        >
            <Loaded query={actions} lines={5}>
                {(data) => (
                    <Stack gap="sm">
                        <Urgency actions={data} />
                        {data.actions.map((action) => (
                            <Action key={action.offer_id} action={action} usual={data.priority} currency={currency} />
                        ))}
                        {data.actions.length === 0 && <WhyNot considered={data.why_not} />}
                        {data.notes.map((note) => (
                            <Text key={note} className="quiet small wrap" lang="en" dir="auto">
                                {note}
                            </Text>
                        ))}
                    </Stack>
                )}
            </Loaded>
        </Section>
    );
}

function Urgency({ actions }: { actions: Actions }) {
    const { t } = useTranslation();
    const format = useFormat();
    const { next_contact: contact } = actions;
    return (
        <div>
            <Text className="wrap">
                <PriorityMark priority={actions.priority} /> <bdi lang="en">{actions.priority_reason}</bdi>
            </Text>
            <Text className="wrap">
                <b>{t('Next contact')}</b>{' '}
                {contact.now ? t('may be now') : t('not before {{when}}', { when: format.dateTime(contact.at) })}{' '}
                <span className="quiet">
                    {t('sent: {{day}} in 24 hours, {{week}} in 7 days', {
                        day: contact.sent_24_hours,
                        week: contact.sent_7_days,
                    })}
                </span>
            </Text>
        </div>
    );
}

function PriorityMark({ priority }: { priority: Priority }) {
    const { t } = useTranslation();
    const words = { high: t('Urgent'), medium: t('Soon'), low: t('Can wait') };
    const tones = { high: 'failed', medium: 'warning', low: 'retired' };
    return <StateMark state={tones[priority]} label={words[priority]} />;
}

interface ActionProps {
    action: Schemas['RecommendedAction'];
    /** The customer's own urgency: only what differs from it is marked. */
    usual: Priority;
    currency: string | undefined;
}

function Action({ action, usual, currency }: ActionProps) {
    const { t } = useTranslation();
    const format = useFormat();
    return (
        <div>
            <Text className="wrap">
                <b className="num">{action.rank}.</b>{' '}
                <LinkText to="/offers/$offerId" params={{ offerId: String(action.offer_id) }}>
                    <bdi>{action.name}</bdi>
                </LinkText>{' '}
                {action.priority !== usual && <PriorityMark priority={action.priority} />}{' '}
                <span className="quiet num">
                    {action.probability !== null && t('converts with {{p}}', { p: format.percent(action.probability) })}
                    {action.expected_value !== null &&
                        currency &&
                        ` · ${t('worth {{money}}', { money: format.money(action.expected_value, currency) })}`}
                    {action.fallback && ` · ${t('fallback')}`}
                </span>
            </Text>
            <Text className="quiet small wrap" lang="en" dir="auto">
                {action.reason}
            </Text>
        </div>
    );
}

/** The nearest to fitting first: what would have to change. */
function WhyNot({ considered }: { considered: Schemas['Considered'][] }) {
    const { t } = useTranslation();
    return (
        <div>
            <Text>{t('No offer fits now. Nearest to fitting:')}</Text>
            <List size="sm">
                {considered.slice(0, 5).map((offer) => (
                    <List.Item key={offer.offer_id}>
                        <bdi>{offer.name}</bdi>: <bdi lang="en">{offer.change || offer.why}</bdi>
                    </List.Item>
                ))}
            </List>
        </div>
    );
}
