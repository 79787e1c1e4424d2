import { useTranslation } from 'react-i18next';
import { humane } from '@/shared/ui/names';
import type { Schemas } from '@/shared/api/client';
import css from './change.module.css';

export type FieldChange = Schemas['FieldChange'];

function shown(value: unknown): string {
    if (value === null || value === undefined || value === '') {
        return '–';
    }
    return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A field before and after. Words say which is which; the colours only repeat it. */
export function Change({ change, isInline }: { change: FieldChange; isInline?: boolean }) {
    const { t } = useTranslation();
    const field = humane(change.pointer.replace(/^\//, '').replaceAll('/', ' › '));
    return (
        <div className={css.change} data-inline={isInline || undefined}>
            <span className={css.field}>{field}</span>
            <del className={css.before} aria-label={t('before')} dir="auto">
                {shown(change.before)}
            </del>
            <span aria-hidden="true" className={css.arrow}>
                →
            </span>
            <ins className={css.after} aria-label={t('after')} dir="auto">
                {shown(change.after)}
            </ins>
        </div>
    );
}
