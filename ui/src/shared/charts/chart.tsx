import { ActionIcon, Menu, Text, Title } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CsvCell, download, downloadCsv } from '@/shared/table/csv';
import { IconDots } from '@/shared/ui/icons';
import css from './chart.module.css';
import { type Palette, usePalette } from './palette';

export interface ChartTable {
    columns: string[];
    rows: CsvCell[][];
}

/** What a click hit: the series' and the point's name, and the data that the option gave it. */
export interface ChartPoint {
    series: string;
    name: string;
    data: unknown;
}

interface ChartProps {
    /** The question that it answers. */
    question: string;
    about?: ReactNode;
    /** The answer in one sentence, for who cannot see the drawing. */
    summary?: string;
    option: (palette: Palette) => EChartsCoreOption;
    table: ChartTable;
    height?: number;
    onPoint?: (point: ChartPoint) => void;
    controls?: ReactNode;
    /** Shown instead of the drawing when there is nothing to draw. */
    empty?: ReactNode;
}

/** A drawing with its question, its table, and its exports. */
export function Chart(props: ChartProps) {
    const { t } = useTranslation();
    const [isTable, setTable] = useState(false);
    const drawing = useRef<EChartsType | null>(null);
    const title = useId();
    const file = props.question.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60);
    const savePng = () => {
        const { backgroundColor } = getComputedStyle(document.body);
        const url = drawing.current?.getDataURL({ pixelRatio: 2, backgroundColor });
        if (url) {
            // Decoded here: the page's policy lets nothing be fetched but from the server.
            const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (c) => c.charCodeAt(0));
            download(`${file}.png`, new Blob([bytes], { type: 'image/png' }));
        }
    };
    return (
        <figure className={css.figure} aria-labelledby={title}>
            <div className={css.head}>
                <div className={css.titles}>
                    <Title order={2} size="14px" fw={600} id={title}>
                        {props.question}
                    </Title>
                    {props.about && <Text className="quiet small">{props.about}</Text>}
                </div>
                {props.controls}
                <Menu position="bottom-end">
                    <Menu.Target>
                        <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={t('Table and export: {{question}}', { question: props.question })}
                        >
                            <IconDots />
                        </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                        <Menu.Item onClick={() => setTable(!isTable)}>
                            {isTable ? t('As chart') : t('As table')}
                        </Menu.Item>
                        <Menu.Item onClick={() => void navigator.clipboard?.writeText(location.href)}>
                            {t('Copy link')}
                        </Menu.Item>
                        <Menu.Item onClick={() => downloadCsv(file, props.table.columns, props.table.rows)}>
                            {t('Download CSV')}
                        </Menu.Item>
                        {!isTable && !props.empty && <Menu.Item onClick={savePng}>{t('Download PNG')}</Menu.Item>}
                    </Menu.Dropdown>
                </Menu>
            </div>
            {props.empty ??
                (isTable ? (
                    <AsTable table={props.table} name={props.question} />
                ) : (
                    <Canvas {...props} drawing={drawing} />
                ))}
        </figure>
    );
}

function Canvas({
    question,
    summary,
    option,
    height = 280,
    onPoint,
    drawing,
}: ChartProps & { drawing: { current: EChartsType | null } }) {
    const { i18n } = useTranslation();
    const palette = usePalette();
    const place = useRef<HTMLDivElement>(null);
    const reduced = useReducedMotion();
    const [isReady, setReady] = useState(false);
    const click = useRef(onPoint);
    useEffect(() => {
        click.current = onPoint;
    });
    useEffect(() => {
        let isGone = false;
        let observer: ResizeObserver | undefined;
        void import('./engine').then(({ draw }) => {
            if (isGone || !place.current) {
                return;
            }
            const chart = draw(place.current, i18n.language);
            drawing.current = chart;
            chart.on('click', (event) =>
                click.current?.({ series: event.seriesName ?? '', name: event.name, data: event.data }),
            );
            observer = new ResizeObserver(() => chart.resize());
            observer.observe(place.current);
            setReady(true);
        });
        return () => {
            isGone = true;
            observer?.disconnect();
            drawing.current?.dispose();
            drawing.current = null;
        };
    }, [drawing, i18n.language]);
    useEffect(() => {
        if (isReady) {
            drawing.current?.setOption({ ...base(palette, !reduced), ...option(palette) }, { notMerge: true });
        }
    }, [isReady, option, palette, reduced, drawing]);
    return (
        <div
            ref={place}
            className={css.canvas}
            style={{ height }}
            dir="ltr"
            role="img"
            aria-label={summary ?? question}
            data-drawn={isReady || undefined}
            data-clickable={onPoint ? true : undefined}
        />
    );
}

function base(palette: Palette, animation: boolean): EChartsCoreOption {
    return {
        animation,
        animationDuration: 250,
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: palette.text, fontSize: 12 },
    };
}

function AsTable({ table, name }: { table: ChartTable; name: string }) {
    return (
        <div className={css.scroll} role="region" aria-label={name} tabIndex={0}>
            <table className={css.table}>
                <thead>
                    <tr>
                        {table.columns.map((column, i) => (
                            <th key={i}>{column}</th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {table.rows.map((row, i) => (
                        <tr key={i}>
                            {row.map((cell, j) => (
                                <td key={j} data-align={typeof cell === 'number' ? 'end' : undefined}>
                                    {cell ?? '–'}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
