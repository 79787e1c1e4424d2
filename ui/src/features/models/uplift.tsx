import { Table, Text, Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { StateMark } from '@/shared/ui/marks';
import { Columns, Section } from '@/shared/ui/screen';
import { Curve } from './curves';
import { Estimate } from './estimate';
import { type CurvePoint, type Interval, roundUp, type UpliftFigures, upliftOf } from './metrics';
import css from './models.module.css';

/** What a contact, or the first offer, changes: a part of the card with a gate of its own, or why there is none. */
export function Uplift({ raw, model }: { raw: unknown; model: string }) {
    const { t } = useTranslation();
    const report = upliftOf(raw);
    if (!report) {
        return null;
    }
    const { figures } = report;
    const title = model === 'nbo' ? t('What does the first offer change?') : t('What does a contact change?');
    const mark = report.verdict && (
        <StateMark state={report.passed ? 'ok' : 'refused'} label={report.passed ? t('passed') : t('refused')} />
    );
    const words = [report.words, report.assignment, report.verdict].filter(Boolean);
    const section = (
        <Section title={title} actions={mark}>
            {words.map((one) => (
                <Text key={one} className="quiet small" dir="auto">
                    {one}
                </Text>
            ))}
            {figures && <Figures figures={figures} />}
        </Section>
    );
    return figures ? (
        <Columns>
            {section}
            <Gained figures={figures} />
        </Columns>
    ) : (
        section
    );
}

function Figures({ figures }: { figures: UpliftFigures }) {
    const { t } = useTranslation();
    const format = useFormat();
    const rows: [string, string, Interval][] = [
        [
            t('Average effect'),
            t('By how much the rate of response is higher with it than without it, over all.'),
            figures.average_effect,
        ],
        ...figures.uplift_at.map((at): [string, string, Interval] => [
            t('Uplift of the first {{share}}', { share: format.percent(at.share, 0) }),
            t('The effect among those whom it is expected to move most.'),
            at.uplift,
        ]),
        [
            t('Qini'),
            t('What the order gains over a random one, for each one treated: above 0 it tells whom to choose.'),
            figures.qini,
        ],
        [
            t('Qini over the response model’s order'),
            t('Above 0: choosing by uplift gains more than choosing who is likely to respond.'),
            figures.qini_over_response,
        ],
    ];
    return (
        <Table.ScrollContainer minWidth={280}>
            <Table>
                <Table.Thead>
                    <Table.Tr>
                        <Table.Th>{t('Measure')}</Table.Th>
                        <Table.Th ta="end">{t('Value, 95 % interval')}</Table.Th>
                    </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                    {rows.map(([name, explain, interval]) => (
                        <Table.Tr key={name}>
                            <Table.Td>
                                <Tooltip label={explain}>
                                    <span className={css.explained} tabIndex={0}>
                                        {name}
                                    </span>
                                </Tooltip>
                            </Table.Td>
                            <Estimate of={interval} />
                        </Table.Tr>
                    ))}
                </Table.Tbody>
            </Table>
        </Table.ScrollContainer>
    );
}

const corner: CurvePoint = { x: 0, y: 0 };

/** Responses gained from the highest score down, against a random order. */
function Gained({ figures }: { figures: UpliftFigures }) {
    const { t } = useTranslation();
    const format = useFormat();
    const label = t('Gained');
    const drawn = useMemo(() => [{ label, points: figures.curve }], [label, figures.curve]);
    const chance = useMemo((): [CurvePoint, CurvePoint] => [corner, figures.curve.at(-1) ?? corner], [figures.curve]);
    const upright = useMemo((): [number, number] => {
        const heights = figures.curve.map((p) => p.y);
        const least = Math.min(0, ...heights);
        return [least < 0 ? -roundUp(-least) : 0, roundUp(Math.max(0, ...heights))];
    }, [figures.curve]);
    return (
        <Curve
            question={t('How much is gained by choosing whom it moves most?')}
            about={t(
                'Responses gained for each one treated, from the highest score down: {{treated}} with it, {{control}} without. The thin line is a random choice.',
                { treated: format.integer(figures.treated), control: format.integer(figures.control) },
            )}
            x={t('Share of the customers')}
            y={label}
            chance={chance}
            drawn={drawn}
            upright={upright}
        />
    );
}
