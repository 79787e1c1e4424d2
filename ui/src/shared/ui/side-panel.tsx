import { CloseButton, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import css from './side-panel.module.css';

interface SidePanelProps {
    title: string;
    onClose: () => void;
    actions?: ReactNode;
    children: ReactNode;
}

/** Beside the list where there is room, above it where not. Escape closes it and gives the focus back. */
export function SidePanel({ title, onClose, actions, children }: SidePanelProps) {
    const { t } = useTranslation();
    const panel = useRef<HTMLElement>(null);
    const close = useRef(onClose);
    useEffect(() => {
        close.current = onClose;
    });
    useEffect(() => {
        const before = document.activeElement;
        panel.current?.focus();
        const onKey = (event: KeyboardEvent) => {
            const insideOther = document.querySelector('[role="dialog"][aria-modal="true"]');
            if (event.key === 'Escape' && !event.defaultPrevented && !insideOther) {
                close.current();
            }
        };
        document.addEventListener('keydown', onKey);
        return () => {
            document.removeEventListener('keydown', onKey);
            if (before instanceof HTMLElement) {
                before.focus({ preventScroll: true });
            }
        };
    }, []);
    return (
        <aside className={css.panel} aria-label={title} ref={panel} tabIndex={-1}>
            <div className={css.head}>
                <Title order={2} size="16px" className="wrap">
                    {title}
                </Title>
                <CloseButton aria-label={t('Close')} onClick={onClose} />
            </div>
            {/* In the order of the keys, for what scrolls must scroll without a mouse. */}
            <div className={css.body} tabIndex={0}>
                {children}
            </div>
            {actions && <div className={css.foot}>{actions}</div>}
        </aside>
    );
}
