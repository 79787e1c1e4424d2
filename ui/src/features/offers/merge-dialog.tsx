import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/shared/ui/dialog';
import { humane } from '@/shared/ui/names';
import { Failed } from '@/shared/ui/states';
import { Change } from './change';
import type { Merged } from './merge';

interface MergeDialogProps {
    merged: Merged;
    onClose: () => void;
    onSave: (fields: Record<string, unknown>) => Promise<unknown>;
}

/** Somebody saved while you wrote: nothing is lost, and only what both of you changed otherwise is asked. */
export function MergeDialog({ merged, onClose, onSave }: MergeDialogProps) {
    const { t } = useTranslation();
    const [choice, setChoice] = useState<Record<string, 'mine' | 'theirs'>>({});
    const [error, setError] = useState<unknown>();
    const save = async () => {
        const fields = { ...merged.merged };
        for (const conflict of merged.conflicts) {
            fields[conflict.field] = choice[conflict.field] === 'mine' ? conflict.mine : conflict.theirs;
        }
        try {
            await onSave(fields);
        } catch (problem) {
            setError(problem);
        }
    };
    const isOpenEnded = merged.conflicts.some((conflict) => !choice[conflict.field]);
    return (
        <Dialog onClose={onClose} size="lg" title={t('Somebody else changed this offer while you did')}>
            <Stack>
                <Text>
                    {merged.conflicts.length === 0
                        ? t('Your changes and theirs are to different fields: both are kept.')
                        : t(
                              'Both of you changed these fields. Choose what each shall say; everything else is kept from both.',
                          )}
                </Text>
                {merged.conflicts.map((conflict) => (
                    <Radio.Group
                        key={conflict.field}
                        label={humane(conflict.field)}
                        value={choice[conflict.field] ?? null}
                        onChange={(v) => setChoice({ ...choice, [conflict.field]: v as 'mine' | 'theirs' })}
                    >
                        <Radio
                            value="mine"
                            label={
                                <Change
                                    change={
                                        { pointer: t('Yours'), before: conflict.base, after: conflict.mine } as never
                                    }
                                />
                            }
                        />
                        <Radio
                            value="theirs"
                            label={
                                <Change
                                    change={
                                        { pointer: t('Theirs'), before: conflict.base, after: conflict.theirs } as never
                                    }
                                />
                            }
                        />
                    </Radio.Group>
                ))}
                {merged.mine.length > 0 && (
                    <Text className="quiet">
                        {t('Yours alone: {{fields}}', { fields: merged.mine.map(humane).join(', ') })}
                    </Text>
                )}
                {merged.theirs.length > 0 && (
                    <Text className="quiet">
                        {t('Theirs alone: {{fields}}', { fields: merged.theirs.map(humane).join(', ') })}
                    </Text>
                )}
                {error !== undefined && <Failed error={error} />}
                <Group justify="flex-end">
                    <Button variant="default" onClick={onClose}>
                        {t('Go on editing')}
                    </Button>
                    <Button disabled={isOpenEnded} onClick={() => void save()}>
                        {t('Save the merged offer')}
                    </Button>
                </Group>
            </Stack>
        </Dialog>
    );
}
