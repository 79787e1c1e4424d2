import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { type Permission, useMayBeMe } from '@/shared/session/session';
import css from './screen.module.css';
import { Denied } from './states';

interface ScreenProps {
    title: string;
    /** What it is about, in one line. */
    about?: ReactNode;
    actions?: ReactNode;
    /** Details that keep the list in view. */
    panel?: ReactNode;
    /** Who has not this is told so in the place of all the rest. */
    needs?: Permission;
    children: ReactNode;
}

export function Screen({ title, about, actions, panel, needs, children }: ScreenProps) {
    const me = useMayBeMe().data;
    const isDenied = needs !== undefined && !me?.permissions.includes(needs);
    useEffect(() => {
        document.title = `${title} · boon`;
    }, [title]);
    return (
        <div className={css.with} data-panel={panel ? true : undefined}>
            <div className={css.main}>
                <header className={css.head}>
                    <div className={css.titles}>
                        <Title order={1} className="wrap">
                            <bdi>{title}</bdi>
                        </Title>
                        {about && <div className={css.about}>{about}</div>}
                    </div>
                    {actions && !isDenied && (
                        <Group gap="xs" className={css.actions}>
                            {actions}
                        </Group>
                    )}
                </header>
                {isDenied ? <Denied /> : children}
            </div>
            {panel}
        </div>
    );
}

export function Section({ title, about, actions, children }: Omit<ScreenProps, 'panel' | 'needs'>) {
    return (
        <section className={css.section} aria-label={title}>
            <div className={css.head}>
                <div className={css.titles}>
                    <Title order={2} size="14px" fw={600}>
                        {title}
                    </Title>
                    {about && <div className={css.about}>{about}</div>}
                </div>
                {actions && <Group gap="xs">{actions}</Group>}
            </div>
            {children}
        </section>
    );
}

/** Puts sections side by side while there is room for it. */
export function Columns({ children }: { children: ReactNode }) {
    return <div className={css.columns}>{children}</div>;
}
