import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense } from 'react';

const Finder = lazy(() => import('./finder').then(({ Finder }) => ({ default: Finder })));

/** ⌘K: offers, customers, audiences, screens and actions by a few letters. Loaded when it is asked for. */
export function Palette({ isOpen, onOpen, onClose }: { isOpen: boolean; onOpen: () => void; onClose: () => void }) {
    useHotkeys([['mod+K', onOpen]], []);
    return (
        isOpen && (
            <Suspense>
                <Finder onClose={onClose} />
            </Suspense>
        )
    );
}
