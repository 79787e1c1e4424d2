import { Modal } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '@/shared/ui/states';

const Finder = lazy(() => import('./finder').then(({ Finder }) => ({ default: Finder })));

/** ⌘K: offers, customers, audiences, screens and actions by a few letters. */
export function Palette({ isOpen, onOpen, onClose }: { isOpen: boolean; onOpen: () => void; onClose: () => void }) {
    const { t } = useTranslation();
    useHotkeys([['mod+K', onOpen]], []);
    return (
        <Modal.Root opened={isOpen} onClose={onClose} size="lg" yOffset="12vh">
            <Modal.Overlay />
            <Modal.Content aria-label={t('Find offers, customers, screens')}>
                <Modal.Body p={0}>
                    <Suspense fallback={<Waiting lines={4} />}>
                        <Finder onClose={onClose} />
                    </Suspense>
                </Modal.Body>
            </Modal.Content>
        </Modal.Root>
    );
}
