import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, type Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { checkTold, partTold } from '@/shared/told/check';
import { Said } from '@/shared/told/said';
import { verdictTold } from '@/shared/told/gate';
import { LinkText } from '@/shared/ui/links';
import { StateMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { Failed } from '@/shared/ui/states';
import css from './start.module.css';

type Item = Schemas['Attention'];

/** Each examination reads all of the warehouse: who opens the page soon after another sees the same one. */
const maxAgeS = 300;

/** What is wrong first, each with the way to where it is dealt with; then what the server's own check-up found. */
export function Attention({ items }: { items: Item[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const doctor = $api.useQuery('get', '/api/v1/doctor', {
        params: { query: { max_age_s: String(maxAgeS) } },
    });
    const told = new Set<string>(items.map((item) => item.kind));
    const found = (doctor.data?.items ?? []).filter((check) => check.health !== 'ok' && !told.has(check.part));
    return (
        <>
            {doctor.isError && <Failed error={doctor.error} onRetry={() => void doctor.refetch()} />}
            <ul className={css.attention}>
                {items.map((item) => (
                    <li key={item.kind + item.subject + item.title}>
                        <StateMark state={item.severity} label={item.severity === 'notice' ? t('Notice') : undefined} />
                        <div>
                            <div>
                                <Where item={item}>
                                    <Title item={item} />
                                </Where>
                            </div>
                            <Text className={`quiet small ${css.detail}`} title={item.detail}>
                                {item.at && `${format.ago(item.at)} · `}
                                <Detail item={item} />
                            </Text>
                        </div>
                    </li>
                ))}
                {found.map((check) => (
                    <li key={check.part + check.words}>
                        <StateMark state={check.health} />
                        <div>
                            <Checked check={check} />
                        </div>
                    </li>
                ))}
            </ul>
            {items.length + found.length === 0 && doctor.data && (
                <Text>{t('Nothing: all {{n}} checks are fine.', { n: doctor.data.items.length })}</Text>
            )}
            {doctor.data && <Examined at={doctor.data.examined_at} />}
        </>
    );
}

/** How old the check-up is, and one of now. */
function Examined({ at }: { at: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    const client = useQueryClient();
    const again = useMutation({
        mutationFn: () => dataOf(api.GET('/api/v1/doctor', { params: { query: {} } })),
        onSuccess: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/doctor'] }),
    });
    return (
        <Text className="quiet small">
            {t('Checked {{ago}}.', { ago: format.ago(at) })}{' '}
            <Button variant="transparent" size="compact-xs" loading={again.isPending} onClick={() => again.mutate()}>
                {t('Check now')}
            </Button>
        </Text>
    );
}

/** Why a model was refused is said by its conditions. */
function Detail({ item }: { item: Item }) {
    const { t } = useTranslation();
    const format = useFormat();
    const told = item.cause === 'model_refused' ? verdictTold(item.detail, t, format) : undefined;
    return told ? <bdi>{told}</bdi> : <Said>{item.detail}</Said>;
}

function Checked({ check }: { check: Schemas['Check'] }) {
    const { t } = useTranslation();
    const told = checkTold(t, check);
    return (
        <>
            <b>{partTold(t, check.part)}</b>:{' '}
            {told ? <span title={check.words}>{told.words}</span> : <bdi lang="en">{check.words}</bdi>}
            <Text className="quiet small">{told ? told.hint : <bdi lang="en">{check.hint}</bdi>}</Text>
        </>
    );
}

function Title({ item }: { item: Item }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const { facts } = item;
    const shift = {
        stage: names.stage(facts.stage ?? ''),
        share: format.percent(Number(facts.share), 0),
    };
    const words: Record<Item['cause'], string> = {
        sync_failed: t('The sync of {{source}} failed', facts),
        sync_waits: t('The sync of {{source}} waits for approval', facts),
        job_failed: t('The job {{job}} failed', { job: names.job(facts.job ?? '') }),
        features_old: t('What is known of customers is old'),
        model_off: t('A version of the model {{model}} does not serve', facts),
        model_refused: t('The newest {{model}} model was refused', facts),
        model_drifted: t('The customers that the model {{model}} reads have changed', facts),
        model_off_target: t('What the model {{model}} says does not come true', facts),
        audience_off: t('The audience {{audience}} selects nobody', facts),
        stage_more: t('The stage {{stage}} has {{share}} more customers', shift),
        stage_fewer: t('The stage {{stage}} has {{share}} fewer customers', shift),
    };
    return words[item.cause];
}

function Where({ item, children }: { item: Item; children: ReactNode }) {
    switch (item.kind) {
        case 'sync':
            return (
                <LinkText to="/sync/runs/$run" params={{ run: item.subject }}>
                    {children}
                </LinkText>
            );
        case 'job':
            return (
                <LinkText to="/jobs" search={{ open: item.subject }}>
                    {children}
                </LinkText>
            );
        case 'model':
            return (
                <LinkText
                    to="/models/$model"
                    params={{ model: item.subject }}
                    search={item.cause === 'model_drifted' || item.cause === 'model_off_target' ? { tab: 'drift' } : {}}
                >
                    {children}
                </LinkText>
            );
        case 'audience':
            return (
                <LinkText to="/audiences" search={{ open: item.subject }}>
                    {children}
                </LinkText>
            );
        case 'stage':
            return <LinkText to="/lifecycle">{children}</LinkText>;
        default:
            return <LinkText to="/jobs">{children}</LinkText>;
    }
}
