import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/session/session';
import { placesFor } from './navigation';

const ShortcutsDialog = lazy(() =>
    import('./shortcuts-dialog').then(({ ShortcutsDialog }) => ({ default: ShortcutsDialog })),
);

function isTyping(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement | null;
    return (
        Boolean(target?.closest('input, textarea, select, [contenteditable="true"]')) ||
        event.metaKey ||
        event.ctrlKey ||
        event.altKey
    );
}

/** `?` shows them; `g` and a letter goes to a screen; `/` goes to the screen's search. */
export function Shortcuts() {
    const { t } = useTranslation();
    const { permissions } = useMe();
    const navigate = useNavigate();
    const [isOpen, setOpen] = useState(false);
    const places = placesFor(t, permissions).filter((p) => p.letter);
    const wentAt = useRef(0);
    useEffect(() => {
        const onKey = (event: KeyboardEvent) => {
            if (isTyping(event)) {
                return;
            }
            const place = places.find((p) => p.letter === event.key);
            if (Date.now() - wentAt.current < 1200 && place) {
                wentAt.current = 0;
                event.preventDefault();
                void navigate({ to: place.path });
            } else if (event.key === 'g') {
                wentAt.current = Date.now();
            } else if (event.key === '?') {
                setOpen(true);
            } else if (event.key === '/') {
                const search = document.querySelector<HTMLInputElement>('[data-screen-search]');
                if (search) {
                    event.preventDefault();
                    search.focus();
                }
            }
        };
        document.addEventListener('keydown', onKey);
        return () => document.removeEventListener('keydown', onKey);
    });
    return (
        isOpen && (
            <Suspense>
                <ShortcutsDialog places={places} onClose={() => setOpen(false)} />
            </Suspense>
        )
    );
}
