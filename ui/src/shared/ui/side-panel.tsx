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
        // A dialog above the panel takes the key first, and may be gone when the panel hears of it.
        let isDialogs = false;
        const onWay = () => {
            isDialogs = document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
        };
        const onKey = (event: KeyboardEvent) => {
            if (event.key === 'Escape' && !event.defaultPrevented && !isDialogs) {
                close.current();
            }
        };
        window.addEventListener('keydown', onWay, { capture: true });
        document.addEventListener('keydown', onKey);
        return () => {
            window.removeEventListener('keydown', onWay, { capture: true });
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
                    <bdi>{title}</bdi>
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
