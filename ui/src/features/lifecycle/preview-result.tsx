import { Alert, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { StageMark } from '@/shared/ui/marks';
import { Section } from '@/shared/ui/screen';

/** Who would go where under the rules as they are written now. Nobody moves by looking. */
export function PreviewResult({ preview }: { preview: Schemas['Preview'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const stages = [...new Set([...Object.keys(preview.now), ...Object.keys(preview.then)])];
    return (
        <Section
            title={t('Who would move?')}
            about={t('{{n}} of {{all}} customers; {{held}} are held back by the days a rule holds.', {
                n: format.integer(preview.would_move),
                all: format.integer(preview.customers),
                held: format.integer(preview.held),
            })}
        >
            {preview.warnings.map((warning) => (
                <Alert key={warning} color="yellow" variant="light" p="xs">
                    {warning}
                </Alert>
            ))}
            <Table.ScrollContainer minWidth={420}>
                <Table>
                    <Table.Thead>
                        <Table.Tr>
                            <Table.Th>{t('Stage')}</Table.Th>
                            <Table.Th ta="end">{t('Now')}</Table.Th>
                            <Table.Th ta="end">{t('Then')}</Table.Th>
                            <Table.Th ta="end">{t('Change')}</Table.Th>
                        </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                        {stages.map((stage) => {
                            const now = preview.now[stage] ?? 0;
                            const then = preview.then[stage] ?? 0;
                            return (
                                <Table.Tr key={stage}>
                                    <Table.Td>
                                        <StageMark stage={stage} />
                                    </Table.Td>
                                    <Table.Td ta="end" className="num">
                                        {format.integer(now)}
                                    </Table.Td>
                                    <Table.Td ta="end" className="num">
                                        {format.integer(then)}
                                    </Table.Td>
                                    <Table.Td ta="end" className="num">
                                        {format.signed(then - now, 0)}
                                    </Table.Td>
                                </Table.Tr>
                            );
                        })}
                    </Table.Tbody>
                </Table>
            </Table.ScrollContainer>
        </Section>
    );
}
