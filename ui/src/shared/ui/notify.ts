import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { asProblem } from '@/shared/api/problem';
import { problemTitle } from './problem-title';

export function done(message: string): void {
    notifications.show({ message, color: 'teal', withBorder: true });
}

/** For an act without a place of its own for its error. */
export function failed(error: unknown): void {
    const problem = asProblem(error);
    const title =
        problem.status === 0 ? i18next.t('The server cannot be reached') : problemTitle(i18next.t, problem.title);
    const details = [problem.detail, ...problem.errors.map((e) => e.detail), problem.hint].filter(
        (text) => text && text !== title,
    );
    notifications.show({
        title,
        message: [...new Set(details)].join(' '),
        color: 'red',
        withBorder: true,
        autoClose: 12_000,
    });
}
