import { Autocomplete, Checkbox, NumberInput, Select, SimpleGrid, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RuleBuilder } from '@/shared/rules/rule-builder';
import type { Variable } from '@/shared/rules/variables';
import { stages } from '@/shared/theme/meaning';
import { useNames } from '@/shared/ui/names';
import { Section } from '@/shared/ui/screen';
import { CapsEditor } from './caps-editor';
import { ContentEditor } from './content-editor';
import { type Editing, fromLocal, toLocal } from './editing';
import { categories, type Offer } from './offer';

type NumberField = 'min_customer_value' | 'max_customer_value' | 'price' | 'value' | 'budget';
const requestVariables: Variable[] = [
    { name: 'channel', kind: 'text' },
    { name: 'placement', kind: 'text' },
];
const segments = ['high_value', 'medium_value', 'low_value', 'at_risk', 'new'];

/** Everything that an offer says, in the order in which a marketer thinks of it. */
export function OfferForm({ editing, onRuleBroken }: { editing: Editing; onRuleBroken: (isBroken: boolean) => void }) {
    return (
        <fieldset disabled={editing.isReadOnly} style={{ all: 'unset', display: 'contents' }}>
            <What editing={editing} />
            <Whom editing={editing} onRuleBroken={onRuleBroken} />
            <Content editing={editing} />
            <When editing={editing} />
            <Worth editing={editing} />
            <Limits editing={editing} />
        </fieldset>
    );
}

function What({ editing: { draft, set, wrong } }: { editing: Editing }) {
    const { t } = useTranslation();
    return (
        <Section title={t('What it is')}>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <TextInput
                    label={t('Name')}
                    required
                    maxLength={255}
                    value={draft.name}
                    error={wrong('name')}
                    dir="auto"
                    onChange={(e) => set('name', e.currentTarget.value)}
                />
                <Autocomplete
                    label={t('Category')}
                    maxLength={50}
                    data={categories}
                    value={draft.category}
                    error={wrong('category')}
                    onChange={(v) => set('category', v)}
                />
            </SimpleGrid>
            <Textarea
                label={t('Description')}
                autosize
                minRows={2}
                maxRows={8}
                value={draft.description}
                error={wrong('description')}
                dir="auto"
                onChange={(e) => set('description', e.currentTarget.value)}
            />
            <TagsInput label={t('Tags')} value={draft.tags} error={wrong('tags')} onChange={(v) => set('tags', v)} />
        </Section>
    );
}

function Whom({
    editing: { draft, set, wrong },
    onRuleBroken,
}: {
    editing: Editing;
    onRuleBroken: (isBroken: boolean) => void;
}) {
    const { t } = useTranslation();
    const names = useNames();
    return (
        <Section title={t('Whom it is for')} about={t('All of these must hold. Left empty, it is for everybody.')}>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <Select
                    label={t('Stage')}
                    clearable
                    placeholder={t('any')}
                    value={draft.lifecycle_stage}
                    error={wrong('lifecycle_stage')}
                    data={stages.map((v) => ({ value: v, label: names.stage(v) }))}
                    onChange={(v) => set('lifecycle_stage', v)}
                />
                <Autocomplete
                    label={t('Segment')}
                    description={t('A value segment, rfm:NAME, or a published audience')}
                    placeholder={t('all')}
                    data={segments}
                    value={draft.target_segment ?? ''}
                    error={wrong('target_segment')}
                    onChange={(v) => set('target_segment', v === '' ? null : v)}
                />
                <Amount
                    editing={{ draft, set, wrong, isReadOnly: false }}
                    field="min_customer_value"
                    label={t('Lifetime value from')}
                />
                <Amount
                    editing={{ draft, set, wrong, isReadOnly: false }}
                    field="max_customer_value"
                    label={t('Lifetime value to')}
                />
            </SimpleGrid>
            <RuleBuilder
                label={t('Eligibility rule')}
                value={draft.eligibility_rule}
                of="offer"
                extra={requestVariables}
                error={wrong('eligibility_rule')}
                onChange={(rule) => {
                    onRuleBroken(rule === undefined);
                    if (rule !== undefined) {
                        set('eligibility_rule', rule as Offer['eligibility_rule']);
                    }
                }}
            />
        </Section>
    );
}

function Content({ editing }: { editing: Editing }) {
    const { t } = useTranslation();
    return (
        <Section title={t('What channels show')} about={t('By language; a channel may say it in other words.')}>
            <ContentEditor editing={editing} />
        </Section>
    );
}

function When({ editing: { draft, set, wrong } }: { editing: Editing }) {
    const { t } = useTranslation();
    return (
        <Section title={t('When and where')}>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <TextInput
                    type="datetime-local"
                    label={t('Valid from')}
                    value={toLocal(draft.valid_from)}
                    error={wrong('valid_from')}
                    onChange={(e) => set('valid_from', fromLocal(e.currentTarget.value))}
                />
                <TextInput
                    type="datetime-local"
                    label={t('Valid until')}
                    value={toLocal(draft.valid_until)}
                    error={wrong('valid_until')}
                    onChange={(e) => set('valid_until', fromLocal(e.currentTarget.value))}
                />
                <TagsInput
                    label={t('Channels')}
                    placeholder={draft.channels.length ? '' : t('all')}
                    data={['app', 'web', 'sms', 'email', 'call_centre']}
                    value={draft.channels}
                    error={wrong('channels')}
                    onChange={(v) => set('channels', v)}
                />
                <TagsInput
                    label={t('Placements')}
                    placeholder={draft.placements.length ? '' : t('all')}
                    value={draft.placements}
                    error={wrong('placements')}
                    onChange={(v) => set('placements', v)}
                />
            </SimpleGrid>
        </Section>
    );
}

function Amount({
    editing: { draft, set, wrong },
    field,
    label,
}: {
    editing: Editing;
    field: NumberField;
    label: string;
}) {
    return (
        <NumberInput
            label={label}
            decimalScale={4}
            thousandSeparator=" "
            suffix={draft.currency ? ` ${draft.currency}` : ''}
            min={0}
            hideControls
            value={draft[field] ?? ''}
            error={wrong(field)}
            onChange={(v) => set(field, typeof v === 'number' ? v : null)}
        />
    );
}

function Worth({ editing }: { editing: Editing }) {
    const { t } = useTranslation();
    const { draft, set, wrong } = editing;
    const cost = (field: 'redemption_cost' | 'contact_cost', label: string) => (
        <NumberInput
            label={label}
            decimalScale={4}
            min={0}
            hideControls
            suffix={draft.currency ? ` ${draft.currency}` : ''}
            value={draft[field]}
            error={wrong(field)}
            onChange={(v) => set(field, typeof v === 'number' ? v : 0)}
        />
    );
    return (
        <Section
            title={t('What it is worth')}
            about={t('Ranked by probability × (value − redemption cost) − contact cost, times its weight.')}
        >
            <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
                <Amount editing={editing} field="value" label={t('Value if it converts')} />
                {cost('redemption_cost', t('Redemption cost'))}
                {cost('contact_cost', t('Contact cost'))}
                <NumberInput
                    label={t('Weight')}
                    description={t('1 leaves the rank as it is')}
                    decimalScale={4}
                    min={0}
                    max={1000}
                    value={draft.weight}
                    error={wrong('weight')}
                    onChange={(v) => set('weight', typeof v === 'number' ? v : 1)}
                />
                <Amount editing={editing} field="price" label={t('List price')} />
                <Amount editing={editing} field="budget" label={t('Budget')} />
            </SimpleGrid>
        </Section>
    );
}

function Limits({ editing }: { editing: Editing }) {
    const { t } = useTranslation();
    const { draft, set, wrong } = editing;
    return (
        <Section title={t('How often')}>
            <CapsEditor editing={editing} />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <TextInput
                    label={t('Exclusion group')}
                    description={t('One offer of a group at a time')}
                    value={draft.exclusion_group ?? ''}
                    error={wrong('exclusion_group')}
                    onChange={(e) => set('exclusion_group', e.currentTarget.value || null)}
                />
                <NumberInput
                    label={t('Can convert for')}
                    description={t('Days after being shown')}
                    min={1}
                    suffix={` ${t('days')}`}
                    value={draft.horizon_days}
                    error={wrong('horizon_days')}
                    onChange={(v) => set('horizon_days', typeof v === 'number' ? v : 14)}
                />
            </SimpleGrid>
            <Checkbox
                label={t('Only once: not shown again to who converted')}
                checked={draft.one_time}
                onChange={(e) => set('one_time', e.currentTarget.checked)}
            />
            <Checkbox
                label={t('Fallback: shown only when nothing else is left')}
                checked={draft.is_fallback}
                onChange={(e) => set('is_fallback', e.currentTarget.checked)}
            />
            <Checkbox
                label={t('Service message: exempt from the contact policy')}
                checked={draft.is_service_message}
                onChange={(e) => set('is_service_message', e.currentTarget.checked)}
            />
        </Section>
    );
}
