import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { type Column, DataTable } from '@/shared/table/data-table';
import { StateMark } from '@/shared/ui/marks';
import { useMeasures } from './measures';
import { digitsFor, metricsOf } from './metrics';
import { type ModelVersion, shortId } from './standing';

interface VersionsTableProps {
    versions: ModelVersion[];
    open: string;
    onOpen: (version: ModelVersion) => void;
}

export function VersionsTable({ versions, open, onOpen }: VersionsTableProps) {
    const { t } = useTranslation();
    return (
        <DataTable
            name={t('Versions')}
            columns={useColumns()}
            rows={versions}
            rowId={(v) => v.version}
            onOpen={onOpen}
            openId={open}
        />
    );
}

export interface FirstMeasure {
    name: string;
    explain: string;
    value: string;
    interval: string;
    /** `AUC 0.713 (0.690–0.736)` */
    words: string;
}

/** The measure that the server names first, or dashes for a version without any. */
export function useFirstMeasure(): (version: ModelVersion) => FirstMeasure {
    const format = useFormat();
    const words = useMeasures();
    return useCallback(
        (version) => {
            const [name, interval] = metricsOf(version.metrics).intervals[0] ?? [];
            if (!name || !interval) {
                return { name: '–', explain: '', value: '–', interval: '', words: '–' };
            }
            const digits = digitsFor(interval.value);
            const [value = '', lower, upper] = [interval.value, interval.lower, interval.upper].map((x) =>
                format.decimal(x, digits),
            );
            return {
                ...words(name),
                value,
                interval: `${lower}–${upper}`,
                words: `${words(name).name} ${value} (${lower}–${upper})`,
            };
        },
        [format, words],
    );
}

function useColumns(): Column<ModelVersion>[] {
    const { t } = useTranslation();
    const format = useFormat();
    const measure = useFirstMeasure();
    return useMemo(
        () => [
            {
                id: 'version',
                title: t('Version'),
                value: (v) => v.version,
                cell: (v) => <code>{shortId(v.version)}</code>,
                width: 100,
            },
            {
                id: 'state',
                title: t('State'),
                value: (v) => v.state,
                cell: (v) => <StateMark state={v.state} />,
                width: 110,
            },
            {
                id: 'gate',
                title: t('Gate'),
                value: (v) => (v.gate_passed ? t('passed') : t('refused')),
                cell: (v) => (
                    <StateMark
                        state={v.gate_passed ? 'ok' : 'refused'}
                        label={v.gate_passed ? t('passed') : t('refused')}
                    />
                ),
                width: 90,
            },
            { id: 'measure', title: t('First measure, with its interval'), value: (v) => measure(v).words, width: 260 },
            {
                id: 'created',
                title: t('Trained'),
                value: (v) => v.created_at,
                cell: (v) => `${format.ago(v.created_at)} · ${v.created_by}`,
                width: 180,
            },
            {
                id: 'promoted',
                title: t('Came to serve'),
                value: (v) => v.promoted_at,
                cell: (v) => (v.promoted_at ? format.dateTime(v.promoted_at) : t('never')),
                width: 160,
            },
            { id: 'verdict', title: t('Verdict'), value: (v) => v.verdict, width: 260 },
        ],
        [t, format, measure],
    );
}
