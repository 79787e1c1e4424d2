import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '@/shared/api/problem';
import { useFormat } from '@/shared/format/use-format';
import { Said } from '@/shared/told/said';
import { problemTitle } from './problem-title';
import css from './states.module.css';

interface EmptyProps {
    /** What will appear here. */
    title: string;
    children?: ReactNode;
    /** The first step. */
    action?: ReactNode;
}

export function Empty({ title, children, action }: EmptyProps) {
    return (
        <div className={css.empty}>
            <Text fw={600}>{title}</Text>
            {children && (
                <Text className="quiet" maw="60ch">
                    {children}
                </Text>
            )}
            {action}
        </div>
    );
}

/** Lines in the place of what is on its way; nothing for the first 300 ms. */
export function Waiting({ lines = 6, height = 16 }: { lines?: number; height?: number }) {
    const { t } = useTranslation();
    return (
        <div className={css.waiting} role="status" aria-label={t('Loading')}>
            {Array.from({ length: lines }, (_, i) => (
                <Skeleton key={i} height={height} width={`${96 - ((i * 17) % 40)}%`} />
            ))}
        </div>
    );
}

function useWords(problem: Problem): { title: string; detail: string; hint: string } {
    const { t } = useTranslation();
    if (problem.status === 0) {
        return {
            title: t('The server cannot be reached'),
            detail: t('Nothing was lost: what you see was read earlier, and what you typed is still here.'),
            hint: t('Check the connection, then try again.'),
        };
    }
    if (problem.status === 429) {
        return { title: t('Too many requests'), detail: problem.detail, hint: t('Wait a moment, then try again.') };
    }
    return { title: problemTitle(t, problem.title), detail: problem.detail, hint: problem.hint };
}

/** What happened, what was not lost, what to do. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
    const { t } = useTranslation();
    const problem = asProblem(error);
    const words = useWords(problem);
    if (problem.status === 403) {
        return <Denied />;
    }
    return (
        <Alert color="red" variant="light" title={words.title} role="alert" className="wrap">
            <Stack gap="xs">
                {words.detail && (
                    <div dir="auto">
                        <Said>{words.detail}</Said>
                    </div>
                )}
                {problem.errors.length > 0 && (
                    <ul className={css.mistakes}>
                        {problem.errors.slice(0, 30).map((e, i) => (
                            <li key={i}>
                                {e.pointer && <code dir="ltr">{e.pointer}</code>} <Said>{e.detail}</Said>
                            </li>
                        ))}
                    </ul>
                )}
                {words.hint && (
                    <div dir="auto">
                        <Said>{words.hint}</Said>
                    </div>
                )}
                {onRetry && (
                    <Group>
                        <Button size="xs" variant="default" onClick={onRetry}>
                            {t('Try again')}
                        </Button>
                    </Group>
                )}
            </Stack>
        </Alert>
    );
}

export function Denied() {
    const { t } = useTranslation();
    return (
        <Empty title={t('Your role does not include this')}>
            {t('An administrator can change your role under Users. Nothing else is affected.')}
        </Empty>
    );
}

/** A figure that is older than it should be says since when. */
export function Stale({ since, children }: { since: string; children?: ReactNode }) {
    const { t } = useTranslation();
    const format = useFormat();
    return (
        <Alert color="yellow" variant="light" className="wrap" p="xs">
            {t('Last computed {{ago}} ({{when}}).', { ago: format.ago(since), when: format.dateTime(since) })}{' '}
            {children}
        </Alert>
    );
}

interface LoadedProps<T> {
    query: UseQueryResult<T, unknown>;
    lines?: number;
    waiting?: ReactNode;
    children: (data: T) => ReactNode;
}

/** Shows a query in whichever state it is. An error with older data at hand keeps the data in view. */
export function Loaded<T>({ query, lines, waiting, children }: LoadedProps<T>) {
    const { t } = useTranslation();
    if (query.data !== undefined) {
        return (
            <>
                {query.isError && (
                    <Alert color="yellow" variant="light" p="xs" role="status">
                        {t('This could not be refreshed; you see what was read earlier.')}
                    </Alert>
                )}
                {children(query.data)}
            </>
        );
    }
    if (query.isError) {
        return <Failed error={query.error} onRetry={() => void query.refetch()} />;
    }
    return waiting ?? <Waiting lines={lines} />;
}
