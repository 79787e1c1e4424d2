import { Autocomplete, Button, Checkbox, JsonInput, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useVariables } from '@/shared/rules/variables';
import type { LabSearch } from './search';
import { type Line, linesOf, supposedOf } from './suppose';
import { Suppose } from './suppose-lines';
import css from './lab.module.css';

interface LabFormProps {
    search: LabSearch;
    isBusy: boolean;
    onAsk: (search: LabSearch) => void;
}

/** undefined: no JSON object. */
function contextOf(text: string): Record<string, unknown> | null | undefined {
    if (text.trim() === '') {
        return null;
    }
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null && !Array.isArray(value)
            ? (value as Record<string, unknown>)
            : undefined;
    } catch {
        return undefined;
    }
}

export function LabForm({ search, isBusy, onAsk }: LabFormProps) {
    const { t } = useTranslation();
    const [customer, setCustomer] = useState(search.customer ?? '');
    const [placement, setPlacement] = useState(search.placement ?? '');
    const [channel, setChannel] = useState(search.channel ?? '');
    const [limit, setLimit] = useState(search.limit ?? 3);
    const [isInvented, setInvented] = useState(search.unknown ?? false);
    const [context, setContext] = useState(search.context ? JSON.stringify(search.context) : '');
    const [lines, setLines] = useState<Line[]>(() => linesOf(search.suppose));
    const variables = useVariables('offer');
    const parsed = contextOf(context);
    const ask = (event: FormEvent) => {
        event.preventDefault();
        onAsk({
            customer: customer.trim() || undefined,
            placement: placement || undefined,
            channel: channel || undefined,
            limit: limit === 3 ? undefined : limit,
            unknown: isInvented || undefined,
            context: parsed ?? undefined,
            suppose: supposedOf(lines, variables),
        });
    };
    return (
        <form className={css.form} onSubmit={ask}>
            <TextInput
                label={t('Customer')}
                value={customer}
                maxLength={64}
                required
                onChange={(e) => setCustomer(e.currentTarget.value)}
                data-screen-search
                className={css.customer}
            />
            <Autocomplete
                label={t('Channel')}
                placeholder={t('any')}
                data={['app', 'web', 'sms', 'email', 'call_centre']}
                value={channel}
                onChange={setChannel}
                maxLength={50}
            />
            <TextInput
                label={t('Placement')}
                placeholder={t('any')}
                value={placement}
                maxLength={50}
                onChange={(e) => setPlacement(e.currentTarget.value)}
            />
            <NumberInput
                label={t('Offers')}
                min={1}
                max={20}
                w={84}
                value={limit}
                onChange={(v) => setLimit(typeof v === 'number' ? v : 3)}
            />
            <JsonInput
                label={t('Context')}
                placeholder='{"weather": "rain"}'
                dir="ltr"
                value={context}
                onChange={setContext}
                autosize
                minRows={1}
                error={parsed === undefined ? t('An object as JSON') : undefined}
                className={css.context}
            />
            <Checkbox
                label={t('Invented: decide as for somebody unknown')}
                checked={isInvented}
                onChange={(e) => setInvented(e.currentTarget.checked)}
                className={css.check}
            />
            <Suppose lines={lines} onChange={setLines} />
            <Button type="submit" loading={isBusy} disabled={parsed === undefined}>
                {t('Decide')}
            </Button>
        </form>
    );
}
