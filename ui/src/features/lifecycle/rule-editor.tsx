import { ActionIcon, Group, NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import type { Logic } from '@/shared/rules/logic';
import { RuleBuilder } from '@/shared/rules/rule-builder';
import type { Variable } from '@/shared/rules/variables';
import { stages } from '@/shared/theme/meaning';
import { StageMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { Section } from '@/shared/ui/screen';

type StageRule = Schemas['StageRule'];

interface RuleEditorProps {
    rule: StageRule;
    place: number;
    count: number;
    limits: Schemas['RuleSet']['limits'];
    isReadOnly: boolean;
    wrong: (part: string) => string | undefined;
    onChange: (rule: StageRule) => void;
    onMove: (to: number) => void;
}

/** One rule of the ordered list: which stage, when, and how long it holds. */
export function RuleEditor({ rule, place, count, limits, isReadOnly, wrong, onChange, onMove }: RuleEditorProps) {
    const { t } = useTranslation();
    const names = useNames();
    const [isOpen, setOpen] = useState(false);
    const extra = useMemo<Variable[]>(
        () => [
            { name: 'churn_probability', kind: 'number' },
            { name: 'predicted_ltv', kind: 'number' },
            ...Object.keys(limits).map((name): Variable => ({ name: `limit.${name}`, kind: 'number' })),
        ],
        [limits],
    );
    const when = (part: 'when' | 'stay') => (next: Logic | undefined) =>
        next !== undefined && onChange({ ...rule, [part]: next as never });
    return (
        <Section
            title={`${place + 1}. ${rule.words}`}
            about={<StageMark stage={rule.stage} />}
            actions={
                <Group gap={4}>
                    {!isReadOnly && (
                        <>
                            <ActionIcon
                                variant="subtle"
                                color="gray"
                                disabled={place === 0}
                                aria-label={t('Earlier: {{rule}}', { rule: rule.words })}
                                onClick={() => onMove(place - 1)}
                            >
                                ↑
                            </ActionIcon>
                            <ActionIcon
                                variant="subtle"
                                color="gray"
                                disabled={place === count - 1}
                                aria-label={t('Later: {{rule}}', { rule: rule.words })}
                                onClick={() => onMove(place + 1)}
                            >
                                ↓
                            </ActionIcon>
                        </>
                    )}
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-expanded={isOpen}
                        aria-label={
                            isOpen
                                ? t('Close {{rule}}', { rule: rule.words })
                                : t('Open {{rule}}', { rule: rule.words })
                        }
                        onClick={() => setOpen(!isOpen)}
                    >
                        {isOpen ? '▴' : '▾'}
                    </ActionIcon>
                </Group>
            }
        >
            {isOpen && (
                <fieldset disabled={isReadOnly} style={{ all: 'unset', display: 'contents' }}>
                    <SimpleGrid cols={{ base: 1, sm: 3 }}>
                        <Select
                            label={t('Stage')}
                            value={rule.stage}
                            error={wrong('stage')}
                            allowDeselect={false}
                            data={stages.map((s) => ({ value: s, label: names.stage(s) }))}
                            onChange={(stage) => stage && onChange({ ...rule, stage })}
                        />
                        <TextInput
                            label={t('In words')}
                            value={rule.words}
                            error={wrong('words')}
                            onChange={(e) => onChange({ ...rule, words: e.currentTarget.value })}
                        />
                        <NumberInput
                            label={t('Holds for')}
                            suffix={` ${t('days')}`}
                            min={0}
                            value={rule.dwell_days}
                            error={wrong('dwell_days')}
                            onChange={(v) => onChange({ ...rule, dwell_days: typeof v === 'number' ? v : 0 })}
                        />
                    </SimpleGrid>
                    <RuleBuilder
                        label={t('Enters when')}
                        value={rule.when}
                        of="stage"
                        extra={extra}
                        error={wrong('when')}
                        onChange={when('when')}
                    />
                    {rule.stay !== null && rule.stay !== undefined && (
                        <RuleBuilder
                            label={t('Stays while')}
                            value={rule.stay}
                            of="stage"
                            extra={extra}
                            error={wrong('stay')}
                            onChange={when('stay')}
                        />
                    )}
                </fieldset>
            )}
        </Section>
    );
}
