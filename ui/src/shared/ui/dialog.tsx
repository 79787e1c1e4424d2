import { Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Where the focus is; inside a menu, which closes, the button that opened it. */
function focused(): Element | null {
    const menu = document.activeElement?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
    return menu ? document.getElementById(menu) : document.activeElement;
}

/** Gives the focus back to where it was when what asks for it was first drawn, once that is gone. */
export function useFocusBack(): void {
    const [before] = useState(focused);
    useEffect(
        () => () => {
            if (before instanceof HTMLElement && before.isConnected) {
                before.focus({ preventScroll: true });
            }
        },
        [before],
    );
}

interface DialogProps {
    title: string;
    onClose: () => void;
    size?: 'lg' | 'xl';
    children: ReactNode;
}

/** Open as long as it is drawn. Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, size, children }: DialogProps) {
    const { t } = useTranslation();
    useFocusBack();
    return (
        <Modal
            opened
            onClose={onClose}
            size={size}
            title={<bdi>{title}</bdi>}
            returnFocus={false}
            closeButtonProps={{ 'aria-label': t('Close') }}
        >
            {children}
        </Modal>
    );
}
