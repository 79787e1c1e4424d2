import { Button, CloseButton, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Editing } from './editing';
import type { Offer } from './offer';

type Cap = Offer['caps'][number];

/** No more than so many, per customer or in all, within so many days or ever. */
export function CapsEditor({ editing: { draft, set, wrong } }: { editing: Editing }) {
    const { t } = useTranslation();
    const change = (at: number, part: Partial<Cap>) =>
        set(
            'caps',
            draft.caps.map((cap, i) => (i === at ? { ...cap, ...part } : cap)),
        );
    const counts = { sent: t('sent'), viewed: t('viewed'), converted: t('converted'), decided: t('decided') };
    return (
        <Stack gap="xs">
            <Text fw={500}>{t('Caps')}</Text>
            {draft.caps.map((cap, i) => (
                <Group key={i} gap="xs" align="flex-start" role="group" aria-label={t('Cap {{n}}', { n: i + 1 })}>
                    <NumberInput
                        aria-label={t('At most')}
                        w={84}
                        size="xs"
                        min={0}
                        value={cap.limit}
                        error={wrong(`caps/${i}/limit`)}
                        onChange={(v) => change(i, { limit: typeof v === 'number' ? v : 0 })}
                    />
                    <NativeSelect
                        aria-label={t('What counts')}
                        size="xs"
                        value={cap.counts}
                        error={wrong(`caps/${i}/counts`)}
                        onChange={(e) => change(i, { counts: e.currentTarget.value as Cap['counts'] })}
                        data={Object.entries(counts).map(([value, label]) => ({ value, label }))}
                    />
                    <NativeSelect
                        aria-label={t('Per whom')}
                        size="xs"
                        value={cap.scope}
                        onChange={(e) => change(i, { scope: e.currentTarget.value as Cap['scope'] })}
                        data={[
                            { value: 'customer', label: t('per customer') },
                            { value: 'total', label: t('in total') },
                        ]}
                    />
                    <NumberInput
                        aria-label={t('Within days; empty: ever')}
                        placeholder={t('ever')}
                        w={110}
                        size="xs"
                        min={1}
                        suffix={` ${t('days')}`}
                        value={cap.period_days ?? ''}
                        error={wrong(`caps/${i}/period_days`)}
                        onChange={(v) => change(i, { period_days: typeof v === 'number' ? v : null })}
                    />
                    <CloseButton
                        aria-label={t('Remove cap {{n}}', { n: i + 1 })}
                        onClick={() =>
                            set(
                                'caps',
                                draft.caps.filter((_, at) => at !== i),
                            )
                        }
                    />
                </Group>
            ))}
            {wrong('caps') && (
                <Text c="var(--boon-danger)" size="xs" className="lines">
                    {wrong('caps')}
                </Text>
            )}
            <Group>
                <Button
                    size="compact-xs"
                    variant="default"
                    disabled={draft.caps.length >= 20}
                    onClick={() =>
                        set('caps', [
                            ...draft.caps,
                            {
                                name: `cap ${draft.caps.length + 1}`,
                                scope: 'customer',
                                counts: 'sent',
                                limit: 3,
                                period_days: 30,
                            },
                        ])
                    }
                >
                    + {t('Cap')}
                </Button>
            </Group>
        </Stack>
    );
}
