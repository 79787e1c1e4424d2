import { Alert, Table, Text, Tooltip } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { useFeatureWords } from '@/shared/told/feature-words';
import { conditionTold } from '@/shared/told/gate';
import { ShareBar, StateMark } from '@/shared/ui/marks';
import { humane } from '@/shared/ui/names';
import { Columns, Section } from '@/shared/ui/screen';
import { Loaded } from '@/shared/ui/states';
import { Charts, type Named } from './charts';
import { Estimate } from './estimate';
import { better, useMeasures } from './measures';
import { type Interval, metricsOf, reportOf } from './metrics';
import css from './models.module.css';
import { type ModelVersion, type Pair, shortId } from './standing';
import { Uplift } from './uplift';

type Report = ReturnType<typeof reportOf>;

export const useReport = (version: ModelVersion | undefined) =>
    $api.useQuery(
        'get',
        '/api/v1/models/{model}/versions/{version}/metrics',
        { params: { path: { model: version?.name ?? '', version: version?.version ?? '' } } },
        // A card never changes.
        { enabled: version !== undefined, staleTime: Infinity },
    );

/** How good a version is on rows it had not seen, beside another's figures. */
export function Quality({ pair }: { pair: Pair }) {
    const { version, against } = pair;
    const report = useReport(version);
    const other = useReport(against);
    const versions = useMemo((): Named[] => {
        const named = [
            report.data && { label: shortId(version.version), metrics: metricsOf(report.data.test) },
            against && other.data && { label: shortId(against.version), metrics: metricsOf(other.data.test) },
        ];
        return named.filter((one): one is Named => Boolean(one));
    }, [report.data, other.data, version, against]);
    // A ranking is judged by its competition alone.
    const isMeasured = versions.some((one) => one.metrics.intervals.length > 0);
    return (
        <Loaded query={report} lines={12}>
            {(data) => (
                <>
                    <Beside isWide={against !== undefined || !isMeasured}>
                        {isMeasured && <Measures versions={versions} />}
                        <Gate report={reportOf(data)} version={version} />
                    </Beside>
                    <Charts versions={versions} />
                    <Uplift raw={data.uplift} model={version.name} />
                    <Columns>
                        <Importances report={reportOf(data)} />
                        <Baselines report={reportOf(data)} />
                    </Columns>
                </>
            )}
        </Loaded>
    );
}

/** Two versions' figures take the whole width. */
function Beside({ isWide, children }: { isWide: boolean; children: ReactNode }) {
    return isWide ? children : <Columns>{children}</Columns>;
}

function Measures({ versions }: { versions: Named[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const words = useMeasures();
    const [first, second] = versions;
    const others = new Map(second?.metrics.intervals);
    const rows = first?.metrics.rows;
    return (
        <Section
            title={t('How good is it?')}
            about={
                second
                    ? t('Each on its own test rows. Where the intervals overlap, the two cannot be told apart.')
                    : rows != null && t('On {{n}} rows it had not seen.', { n: format.integer(rows) })
            }
        >
            <Table.ScrollContainer minWidth={second ? 540 : 280}>
                <Table>
                    <Table.Thead>
                        <Table.Tr>
                            <Table.Th>{t('Measure')}</Table.Th>
                            {versions.map((v) => (
                                <Table.Th key={v.label} ta="end">
                                    {second ? <code>{v.label}</code> : t('Value, 95 % interval')}
                                </Table.Th>
                            ))}
                            {second && <Table.Th>{t('Better')}</Table.Th>}
                        </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                        {first?.metrics.intervals.map(([name, interval]) => {
                            const other = others.get(name);
                            return (
                                <Table.Tr key={name}>
                                    <Table.Td>
                                        <Tooltip label={words(name).explain} disabled={!words(name).explain}>
                                            <span className={css.explained} tabIndex={0}>
                                                {words(name).name}
                                            </span>
                                        </Tooltip>
                                    </Table.Td>
                                    <Estimate of={interval} />
                                    {second && <Estimate of={other} />}
                                    {second && (
                                        <Table.Td className="num">
                                            {other && (
                                                <Verdict
                                                    name={name}
                                                    first={interval}
                                                    second={other}
                                                    versions={versions}
                                                />
                                            )}
                                        </Table.Td>
                                    )}
                                </Table.Tr>
                            );
                        })}
                    </Table.Tbody>
                </Table>
            </Table.ScrollContainer>
        </Section>
    );
}

interface VerdictProps {
    name: string;
    first: Interval;
    second: Interval;
    versions: Named[];
}

function Verdict({ name, first, second, versions }: VerdictProps) {
    const { t } = useTranslation();
    const found = better(name, first, second);
    if (found === 'open') {
        return <span className="quiet">{t('cannot tell')}</span>;
    }
    return <code>{versions[found === 'first' ? 0 : 1]?.label}</code>;
}

/** Every condition of the gate: what failed first. */
function Gate({ report, version }: { report: Report; version: ModelVersion }) {
    const { t } = useTranslation();
    const checks = report.gate.checks.toSorted((a, b) => Number(a.passed) - Number(b.passed));
    return (
        <Section
            title={t('May it serve?')}
            about={
                version.gate_passed && checks.length > 0
                    ? t('It passed all {{n}} conditions.', { n: checks.length })
                    : checks.length === 0 && <bdi lang="en">{version.verdict}</bdi>
            }
            actions={
                <StateMark
                    state={version.gate_passed ? 'ok' : 'refused'}
                    label={version.gate_passed ? t('passed') : t('refused')}
                />
            }
        >
            <ul className={css.checks}>
                {checks.map((check) => (
                    <li key={check.name + check.words}>
                        <StateMark
                            state={check.passed ? 'ok' : 'refused'}
                            label={check.passed ? t('passed') : t('refused')}
                        />
                        <Condition check={check} />
                    </li>
                ))}
            </ul>
            {report.gate.warnings.map((warning) => (
                <Alert key={warning} color="yellow" variant="light" p="xs">
                    {warning}
                </Alert>
            ))}
        </Section>
    );
}

function Condition({ check }: { check: Report['gate']['checks'][number] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const told = conditionTold(check, t, format);
    return told === undefined ? <bdi lang="en">{check.words}</bdi> : <span>{told}</span>;
}

const most = 15;

function Importances({ report }: { report: Report }) {
    const { t } = useTranslation();
    const format = useFormat();
    const wordsOf = useFeatureWords();
    const shown = report.importances.slice(0, most);
    const largest = shown[0]?.gain_share ?? 1;
    if (shown.length === 0) {
        return null;
    }
    return (
        <Section
            title={t('What does it look at?')}
            about={t('The share of the loss that each feature’s splits took away. {{n}} features are used.', {
                n: format.integer(report.importances.length),
            })}
        >
            <ol className={css.bars}>
                {shown.map((one) => (
                    <li key={one.feature}>
                        <span className="wrap" title={one.feature}>
                            {wordsOf(one.feature) ?? <code>{one.feature}</code>}
                        </span>
                        <ShareBar share={one.gain_share / largest} label={format.percent(one.gain_share)} />
                    </li>
                ))}
            </ol>
        </Section>
    );
}

function Baselines({ report }: { report: Report }) {
    const { t } = useTranslation();
    const format = useFormat();
    if (report.baselines.length === 0) {
        return null;
    }
    return (
        <Section
            title={t('Is it better than something simple?')}
            about={t('How much lower its loss is than that of simple predictors, on the same rows.')}
        >
            <Table.ScrollContainer minWidth={300}>
                <Table>
                    <Table.Thead>
                        <Table.Tr>
                            <Table.Th>{t('Simple predictor')}</Table.Th>
                            <Table.Th ta="end">{t('Its loss')}</Table.Th>
                            <Table.Th ta="end">{t('The model’s is lower by')}</Table.Th>
                        </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                        {report.baselines.map((baseline) => (
                            <Table.Tr key={baseline.name}>
                                <Table.Td>{humane(baseline.name)}</Table.Td>
                                <Table.Td ta="end" className="num">
                                    {format.decimal(baseline.loss.value, 3)}
                                </Table.Td>
                                <Estimate of={baseline.gain} />
                            </Table.Tr>
                        ))}
                    </Table.Tbody>
                </Table>
            </Table.ScrollContainer>
            {report.data && (
                <Text className="quiet small">
                    {t('Tested on {{n}} of {{all}} rows, from {{date}} on.', {
                        n: format.integer(report.data.test_rows),
                        all: format.integer(report.data.rows),
                        date: format.date(report.data.test_from),
                    })}
                </Text>
            )}
        </Section>
    );
}
