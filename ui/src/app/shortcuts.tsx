import { Kbd, Table } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/shared/session/session';
import { Dialog } from '@/shared/ui/dialog';
import { placesFor } from './navigation';

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
    const rows: [string[], string][] = [
        [['Ctrl', 'K'], t('Find offers, customers, screens')],
        [['/'], t('Search this screen')],
        [['?'], t('Keyboard shortcuts')],
        [['↑', '↓'], t('Row by row; j and k do the same')],
        [['Enter'], t('Open the row')],
        [['x'], t('Select the row')],
        [['Esc'], t('Close the panel')],
        ...places.map((p): [string[], string] => [['g', p.letter ?? ''], p.label]),
    ];
    return (
        isOpen && (
            <Dialog onClose={() => setOpen(false)} title={t('Keyboard shortcuts')}>
                <Table>
                    <Table.Tbody>
                        {rows.map(([keys, words]) => (
                            <Table.Tr key={keys.join()}>
                                <Table.Td w={110}>
                                    {keys.map((k) => (
                                        <Kbd key={k} me={4}>
                                            {k}
                                        </Kbd>
                                    ))}
                                </Table.Td>
                                <Table.Td>{words}</Table.Td>
                            </Table.Tr>
                        ))}
                    </Table.Tbody>
                </Table>
            </Dialog>
        )
    );
}
