import { Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { LinkText } from '@/shared/ui/links';
import { StageMark, ValueMark } from '@/shared/ui/marks';
import { StatTile } from '@/shared/ui/stat-tile';

/** How many customers a rule selects, and some of them. */
export function Members({ count }: { count: Schemas['AudienceCount'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    return (
        <Stack gap="sm">
            <StatTile
                label={t('Customers now')}
                value={format.integer(count.customers)}
                note={t('{{share}} of {{all}} with a profile', {
                    share: format.percent(count.share),
                    all: format.integer(count.of),
                })}
            />
            {count.sample.length > 0 ? (
                <Sample members={count.sample} />
            ) : (
                <Text className="quiet">{t('Nobody is selected as things are now.')}</Text>
            )}
        </Stack>
    );
}

function Sample({ members }: { members: Schemas['AudienceMember'][] }) {
    const { t } = useTranslation();
    return (
        <Table.ScrollContainer minWidth={300} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table aria-label={t('Some of them, evenly spread')}>
                <Table.Thead>
                    <Table.Tr>
                        <Table.Th>{t('Customer')}</Table.Th>
                        <Table.Th>{t('Stage')}</Table.Th>
                        <Table.Th>{t('Value')}</Table.Th>
                    </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                    {members.map((m) => (
                        <Table.Tr key={m.customer_id}>
                            <Table.Td>
                                <LinkText to="/customers/$customerId" params={{ customerId: m.customer_id }}>
                                    {m.customer_id}
                                </LinkText>
                            </Table.Td>
                            <Table.Td>
                                <StageMark stage={m.stage} />
                            </Table.Td>
                            <Table.Td>
                                <ValueMark segment={m.value_segment} />
                            </Table.Td>
                        </Table.Tr>
                    ))}
                </Table.Tbody>
            </Table>
        </Table.ScrollContainer>
    );
}
