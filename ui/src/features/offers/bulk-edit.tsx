import { Button, Group, NativeSelect, NumberInput, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { stages } from '@/shared/theme/meaning';
import { Dialog } from '@/shared/ui/dialog';
import { useNames } from '@/shared/ui/names';
import { done } from '@/shared/ui/notify';
import { Failed } from '@/shared/ui/states';
import { type Offer } from './offer';
import { PlanTable } from './plan-table';

type Field =
    'weight' | 'status' | 'lifecycle_stage' | 'category' | 'tags' | 'valid_until' | 'value' | 'exclusion_group';
type Values = string | number | string[] | null;

/** One change to many offers: chosen, looked at row by row, then made in one transaction. */
export function BulkEdit({ offers, onClose, onDone }: { offers: Offer[]; onClose: () => void; onDone: () => void }) {
    const { t } = useTranslation();
    const format = useFormat();
    const [field, setField] = useState<Field>('weight');
    const [value, setValue] = useState<Values>(1);
    const ids = offers.map((offer) => offer.offer_id);
    const send = (dry_run: boolean) =>
        dataOf(
            api.POST('/api/v1/offers:bulk', {
                body: { ids, patch: { [field]: value }, mode: 'all_or_nothing', dry_run },
            }),
        );
    const preview = useMutation({ mutationFn: () => send(true) });
    const apply = useMutation({
        mutationFn: () => send(false),
        onSuccess: async (plan) => {
            // An offer has changed since the preview and refuses now.
            if (!plan.written) {
                preview.mutate();
                return;
            }
            await changed('/api/v1/offers');
            done(t('{{n}} offers changed.', { count: plan.updated, n: format.integer(plan.updated) }));
            onDone();
        },
    });
    const choose = (next: Field) => {
        setField(next);
        setValue(next === 'weight' ? 1 : next === 'tags' ? [] : next === 'status' ? 'paused' : null);
        preview.reset();
    };
    const change = (next: Values) => {
        setValue(next);
        preview.reset();
    };
    const plan = preview.data;
    return (
        <Dialog
            onClose={onClose}
            size="xl"
            title={t('Change {{n}} offers', { count: ids.length, n: format.integer(ids.length) })}
        >
            <Stack>
                <Group align="flex-end">
                    <NativeSelect
                        label={t('Field')}
                        value={field}
                        onChange={(e) => choose(e.currentTarget.value as Field)}
                        data={[
                            { value: 'weight', label: t('Weight') },
                            { value: 'status', label: t('Status') },
                            { value: 'lifecycle_stage', label: t('Stage') },
                            { value: 'category', label: t('Category') },
                            { value: 'tags', label: t('Tags') },
                            { value: 'valid_until', label: t('Valid until') },
                            { value: 'value', label: t('Value if it converts') },
                            { value: 'exclusion_group', label: t('Exclusion group') },
                        ]}
                    />
                    <NewValue field={field} value={value} onChange={change} />
                    <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate()}>
                        {t('Preview')}
                    </Button>
                </Group>
                {preview.isError && <Failed error={preview.error} />}
                {plan && <PlanTable plan={plan} isImport={false} />}
                {apply.isError && <Failed error={apply.error} />}
                <Group justify="flex-end">
                    <Button variant="default" onClick={onClose}>
                        {t('Cancel')}
                    </Button>
                    <Button
                        disabled={!plan || plan.updated === 0 || plan.rejected > 0}
                        loading={apply.isPending}
                        onClick={() => apply.mutate()}
                    >
                        {plan
                            ? t('Change {{n}} offers', { count: plan.updated, n: format.integer(plan.updated) })
                            : t('Preview first')}
                    </Button>
                </Group>
            </Stack>
        </Dialog>
    );
}

function NewValue({ field, value, onChange }: { field: Field; value: Values; onChange: (value: Values) => void }) {
    const { t } = useTranslation();
    const names = useNames();
    const label = t('New value');
    switch (field) {
        case 'weight':
        case 'value':
            return (
                <NumberInput
                    label={label}
                    min={0}
                    decimalScale={4}
                    value={typeof value === 'number' ? value : ''}
                    onChange={(v) => onChange(typeof v === 'number' ? v : null)}
                />
            );
        case 'status':
            return (
                <NativeSelect
                    label={label}
                    value={String(value)}
                    onChange={(e) => onChange(e.currentTarget.value)}
                    data={['live', 'paused', 'retired'].map((v) => ({ value: v, label: names.state(v) }))}
                />
            );
        case 'lifecycle_stage':
            return (
                <Select
                    label={label}
                    clearable
                    value={value as string | null}
                    onChange={onChange}
                    placeholder={t('any')}
                    data={stages.map((v) => ({ value: v, label: names.stage(v) }))}
                />
            );
        case 'tags':
            return <TagsInput label={label} value={Array.isArray(value) ? value : []} onChange={onChange} />;
        case 'valid_until':
            return (
                <TextInput
                    type="date"
                    label={label}
                    value={String(value ?? '').slice(0, 10)}
                    onChange={(e) => onChange(e.currentTarget.value ? `${e.currentTarget.value}T00:00:00Z` : null)}
                />
            );
        default:
            return (
                <TextInput
                    label={label}
                    value={String(value ?? '')}
                    onChange={(e) => onChange(e.currentTarget.value || (field === 'category' ? '' : null))}
                />
            );
    }
}
