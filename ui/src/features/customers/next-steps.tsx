import { List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { useFormat } from '@/shared/format/use-format';
import { LinkText } from '@/shared/ui/links';
import { segmentWords, useConsidered } from '@/shared/told/considered';
import { Note } from '@/shared/told/note';
import { StateMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { Reasons } from '@/shared/ui/reasons';
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
                        {data.actions.length === 0 && <WhyNot considered={data.why_not} currency={currency} />}
                        {data.notes.map((note) => (
                            <Text key={note} className="quiet small wrap">
                                <Note>{note}</Note>
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
    const urgency = useUrgencyWords();
    const { next_contact: contact } = actions;
    return (
        <div>
            <Text className="wrap">
                <PriorityMark priority={actions.priority} /> {urgency(actions)}
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

/** Why it presses: by the stage, and by what the value segment makes of it. */
function useUrgencyWords(): (actions: Actions) => string {
    const { t } = useTranslation();
    const names = useNames();
    const stages: Record<string, string> = {
        churn: t('The customer is likely to leave.'),
        win_back: t('The customer has gone quiet.'),
        onboarding: t('The first weeks decide whether the customer stays.'),
        acquisition: t('The customer has not begun yet.'),
    };
    return ({ stage, value_segment, priority_shift }) => {
        if (stage === null) {
            return t('The customer’s stage is not known.');
        }
        const why = stages[stage] ?? t('In the stage {{stage}} nothing presses.', { stage: names.stage(stage) });
        const segment = names.segment(value_segment ?? '');
        const shifts = {
            none: '',
            sooner: t('Worth more ({{segment}}): sooner.', { segment }),
            later: t('Worth less ({{segment}}): later.', { segment }),
        };
        return `${why} ${shifts[priority_shift]}`.trim();
    };
}

function PriorityMark({ priority }: { priority: Priority }) {
    const { t } = useTranslation();
    const words = { high: t('Urgent'), medium: t('Soon'), low: t('Can wait') };
    const tones = { high: 'failed', medium: 'warning', low: 'retired' };
    return <StateMark state={tones[priority]} label={words[priority]} />;
}

/** For whom the offer is. */
function useFitWords(): (action: Schemas['RecommendedAction']) => string {
    const { t } = useTranslation();
    const names = useNames();
    return ({ for_stage, for_segment }) => {
        const stage = names.stage(for_stage ?? '');
        const segment = segmentWords(for_segment ?? '', names);
        if (for_stage !== null && for_segment !== null) {
            return t('For the stage {{stage}} and “{{segment}}”.', { stage, segment });
        }
        if (for_stage !== null) {
            return t('For the stage {{stage}}.', { stage });
        }
        return for_segment === null ? t('For every customer.') : t('For “{{segment}}”.', { segment });
    };
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
    const fit = useFitWords();
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
            <Text className="quiet small wrap">{fit(action)}</Text>
            <Reasons reasons={action.reasons.slice(0, 3)} />
        </div>
    );
}

/** The nearest to fitting first: what would have to change. */
function WhyNot({ considered, currency }: { considered: Schemas['Considered'][]; currency: string | undefined }) {
    const { t } = useTranslation();
    const tell = useConsidered(currency);
    return (
        <div>
            <Text>{t('No offer fits now. Nearest to fitting:')}</Text>
            <List size="sm">
                {considered
                    .slice(0, 5)
                    .map((offer) => ({ ...offer, told: tell(offer) }))
                    .map(({ told, ...offer }) => (
                        <List.Item key={offer.offer_id}>
                            <bdi>{offer.name}</bdi>:{' '}
                            <bdi lang={told.isChangeForeign ? 'en' : undefined}>{told.change || told.why}</bdi>
                        </List.Item>
                    ))}
            </List>
        </div>
    );
}
