import { Kbd, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/shared/ui/dialog';
import type { Place } from './navigation';

/** Which keys do what; `places` have a letter. */
export function ShortcutsDialog({ places, onClose }: { places: Place[]; onClose: () => void }) {
    const { t } = useTranslation();
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
        <Dialog onClose={onClose} title={t('Keyboard shortcuts')}>
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
    );
}
