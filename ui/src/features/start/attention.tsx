import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { LinkText } from '@/shared/ui/links';
import { StateMark } from '@/shared/ui/marks';
import { Failed } from '@/shared/ui/states';
import css from './start.module.css';

type Item = Schemas['Attention'];

/** What is wrong first, each with the way to where it is dealt with; then what the server's own check-up found. */
export function Attention({ items }: { items: Item[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const doctor = $api.useQuery('get', '/api/v1/doctor');
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
                            <Where item={item}>
                                <bdi>{item.title}</bdi>
                            </Where>
                            {item.at && <span className="quiet small">{` · ${format.ago(item.at)}`}</span>}
                            <Text className={`quiet small ${css.detail}`} title={item.detail}>
                                <bdi>{item.detail}</bdi>
                            </Text>
                        </div>
                    </li>
                ))}
                {found.map((check) => (
                    <li key={check.part + check.words}>
                        <StateMark state={check.health} />
                        <div>
                            <b>{check.part}</b>: <bdi lang="en">{check.words}</bdi>
                            <Text className="quiet small">{check.hint}</Text>
                        </div>
                    </li>
                ))}
            </ul>
            {items.length + found.length === 0 && doctor.data && (
                <Text>{t('Nothing: all {{n}} checks are fine.', { n: doctor.data.items.length })}</Text>
            )}
        </>
    );
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
                <LinkText to="/models/$model" params={{ model: item.subject }}>
                    {children}
                </LinkText>
            );
        case 'stage':
            return <LinkText to="/lifecycle">{children}</LinkText>;
        default:
            return <LinkText to="/jobs">{children}</LinkText>;
    }
}
