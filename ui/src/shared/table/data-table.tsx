import { ActionIcon, Checkbox, Group, Menu, Skeleton, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import {
    columnVisibilityFeature,
    rowSelectionFeature,
    type RowSelectionState,
    tableFeatures,
    useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { IconDots } from '@/shared/ui/icons';
import { type CsvCell, downloadCsv } from './csv';
import css from './data-table.module.css';

export interface Column<T> {
    id: string;
    title: string;
    /** What an export writes, and what is shown unless there is a `cell`. */
    value: (row: T) => CsvCell;
    cell?: (row: T) => ReactNode;
    /** Numbers stand at the end. */
    align?: 'end';
    width?: number;
    /** The server's name to sort by; none: not sortable. */
    sort?: string;
    isHidden?: boolean;
    /** Long text is shown whole, on as many lines as it takes. */
    wrap?: boolean;
}

export interface Sort {
    sort: string;
    order: 'asc' | 'desc';
}

interface DataTableProps<T> {
    /** Names the table for readers and its export. */
    name: string;
    columns: Column<T>[];
    rows: T[];
    rowId: (row: T) => string;
    /** How many there are altogether, where the server says so. */
    total?: number;
    isLoading?: boolean;
    hasMore?: boolean;
    onMore?: () => void;
    sort?: Sort;
    onSort?: (sort: Sort) => void;
    onOpen?: (row: T) => void;
    openId?: string;
    selected?: RowSelectionState;
    onSelected?: (selected: RowSelectionState) => void;
    empty?: ReactNode;
    toolbar?: ReactNode;
    /** Rows shown before the table scrolls by itself. */
    height?: number | string;
}

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });
const wide = 132;

/** A list that scrolls through any number of rows: those in view are drawn, and more are asked for near the end. */
export function DataTable<T extends object>(props: DataTableProps<T>) {
    const { columns, rows, rowId, hasMore, onMore, selected, onSelected, onOpen } = props;
    const { t } = useTranslation();
    const [density, setDensity] = useLocalStorage({ key: 'boon.density', defaultValue: 'normal' });
    const rowHeight = density === 'compact' ? 28 : 36;
    const scroller = useRef<HTMLDivElement>(null);
    const table = useTable({
        features,
        data: rows,
        getRowId: rowId,
        columns: useMemo(
            () => columns.map((c) => ({ id: c.id, header: c.title, accessorFn: (row: T) => c.value(row) })),
            [columns],
        ),
        initialState: { columnVisibility: Object.fromEntries(columns.map((c) => [c.id, !c.isHidden])) },
        state: { rowSelection: selected ?? {} },
        onRowSelectionChange: (update) => onSelected?.(typeof update === 'function' ? update(selected ?? {}) : update),
    });
    const model = table.getRowModel().rows;
    const shown = table.getVisibleLeafColumns().map((leaf) => columns.find((c) => c.id === leaf.id)!);
    const virtual = useVirtualizer({
        count: model.length,
        getScrollElement: () => scroller.current,
        estimateSize: () => rowHeight,
        overscan: 12,
        initialRect: { width: 1200, height: 800 },
    });
    useEffect(() => virtual.measure(), [rowHeight, virtual]);
    const hasWrap = shown.some((column) => column.wrap);
    const items = virtual.getVirtualItems();
    const last = items.at(-1)?.index ?? 0;
    useEffect(() => {
        if (hasMore && onMore && last >= model.length - 20) {
            onMore();
        }
    }, [hasMore, onMore, last, model.length]);

    if (!props.isLoading && rows.length === 0 && props.empty) {
        return (
            <div className={css.block}>
                {props.toolbar && <Toolbar {...props} />}
                {props.empty}
            </div>
        );
    }
    const before = items[0]?.start ?? 0;
    const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
    const span = shown.length + (onSelected ? 1 : 0);
    const minWidth = shown.reduce((sum, c) => sum + (c.width ?? wide), onSelected ? 40 : 0);
    return (
        <div className={css.block}>
            <Toolbar
                {...props}
                menu={
                    <ViewMenu
                        density={density}
                        onDensity={setDensity}
                        columns={columns}
                        isShown={(id) => table.getColumn(id)?.getIsVisible() ?? false}
                        onToggle={(id) => table.getColumn(id)?.toggleVisibility()}
                        onExport={() =>
                            downloadCsv(
                                props.name,
                                shown.map((c) => c.title),
                                rows.map((r) => shown.map((c) => c.value(r))),
                            )
                        }
                    />
                }
            />
            <div
                className={css.scroll}
                ref={scroller}
                style={{ maxHeight: props.height ?? 'max(320px, calc(100dvh - 260px))' }}
                tabIndex={0}
                role="region"
                aria-label={props.name}
                aria-busy={props.isLoading}
            >
                <table
                    className={css.table}
                    style={{ minWidth }}
                    aria-rowcount={props.total ?? (hasMore ? -1 : rows.length)}
                >
                    <colgroup>
                        {onSelected && <col style={{ width: 40 }} />}
                        {shown.map((c) => (
                            <col key={c.id} style={{ width: c.width ?? wide }} />
                        ))}
                    </colgroup>
                    <thead>
                        <tr aria-rowindex={1}>
                            {onSelected && (
                                <th className={css.tick}>
                                    <Checkbox
                                        size="xs"
                                        aria-label={t('Select all rows that are loaded')}
                                        checked={model.length > 0 && table.getIsAllRowsSelected()}
                                        indeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
                                        onChange={() => table.toggleAllRowsSelected()}
                                    />
                                </th>
                            )}
                            {shown.map((c) => (
                                <Head key={c.id} column={c} sort={props.sort} onSort={props.onSort} />
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
                        {items.map((item) => {
                            const row = model[item.index]!;
                            return (
                                <tr
                                    key={row.id}
                                    ref={hasWrap ? virtual.measureElement : undefined}
                                    data-index={item.index}
                                    aria-rowindex={item.index + 2}
                                    aria-selected={onSelected ? row.getIsSelected() : undefined}
                                    data-open={props.openId === row.id || undefined}
                                    data-clickable={onOpen ? true : undefined}
                                    style={{ height: rowHeight }}
                                    tabIndex={onOpen ? 0 : undefined}
                                    onClick={(event) => isPlainClick(event) && onOpen?.(row.original)}
                                    onKeyDown={(event) =>
                                        onRowKey(event, {
                                            open: () => onOpen?.(row.original),
                                            select: onSelected ? () => row.toggleSelected() : undefined,
                                        })
                                    }
                                >
                                    {onSelected && (
                                        <td className={css.tick}>
                                            <Checkbox
                                                size="xs"
                                                aria-label={t('Select {{name}}', {
                                                    name: String(shown[0]?.value(row.original) ?? row.id),
                                                })}
                                                checked={row.getIsSelected()}
                                                onChange={() => row.toggleSelected()}
                                            />
                                        </td>
                                    )}
                                    {shown.map((c) => (
                                        <td
                                            key={c.id}
                                            data-align={c.align}
                                            data-wrap={c.wrap}
                                            title={titleOf(c, row.original)}
                                        >
                                            {c.cell ? (
                                                c.cell(row.original)
                                            ) : (
                                                <bdi>{String(c.value(row.original) ?? '–')}</bdi>
                                            )}
                                        </td>
                                    ))}
                                </tr>
                            );
                        })}
                        {props.isLoading && rows.length === 0 && <Lines span={span} />}
                        {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
                    </tbody>
                </table>
            </div>
        </div>
    );
}

function titleOf<T>(column: Column<T>, row: T): string | undefined {
    const value = column.value(row);
    return typeof value === 'string' && value.length > 12 ? value.slice(0, 400) : undefined;
}

// A click on something inside the row that acts by itself is not a click on the row.
function isPlainClick(event: MouseEvent<HTMLTableRowElement>): boolean {
    const inside = (event.target as HTMLElement).closest('a, button, input, label');
    return !inside && !event.defaultPrevented && (globalThis.getSelection()?.toString() ?? '') === '';
}

function onRowKey(event: KeyboardEvent<HTMLTableRowElement>, act: { open: () => void; select?: () => void }): void {
    if (event.target !== event.currentTarget) {
        return;
    }
    const row = event.currentTarget;
    const move = (to: Element | null) => {
        if (to instanceof HTMLElement && to.tabIndex >= 0) {
            to.focus();
            to.scrollIntoView({ block: 'nearest' });
        }
        event.preventDefault();
    };
    if (event.key === 'Enter') {
        act.open();
        event.preventDefault();
    } else if ((event.key === ' ' || event.key === 'x') && act.select) {
        act.select();
        event.preventDefault();
    } else if (event.key === 'ArrowDown' || event.key === 'j') {
        move(row.nextElementSibling);
    } else if (event.key === 'ArrowUp' || event.key === 'k') {
        move(row.previousElementSibling);
    }
}

function Head<T>({ column, sort, onSort }: { column: Column<T>; sort?: Sort; onSort?: (sort: Sort) => void }) {
    const isSorted = sort !== undefined && sort.sort === column.sort;
    if (!column.sort || !onSort) {
        return <th data-align={column.align}>{column.title}</th>;
    }
    const name = column.sort;
    return (
        <th
            data-align={column.align}
            aria-sort={isSorted ? (sort.order === 'asc' ? 'ascending' : 'descending') : 'none'}
        >
            <button
                type="button"
                className={css.sort}
                onClick={() => onSort({ sort: name, order: isSorted && sort.order === 'asc' ? 'desc' : 'asc' })}
            >
                {column.title}
                <span aria-hidden="true">{isSorted ? (sort.order === 'asc' ? ' ↑' : ' ↓') : ''}</span>
            </button>
        </th>
    );
}

function Lines({ span }: { span: number }) {
    return Array.from({ length: 8 }, (_, i) => (
        <tr key={i}>
            <td colSpan={span}>
                <Skeleton height={12} width={`${90 - ((i * 13) % 50)}%`} />
            </td>
        </tr>
    ));
}

function Toolbar<T>({ toolbar, rows, total, hasMore, selected, menu }: DataTableProps<T> & { menu?: ReactNode }) {
    const { t } = useTranslation();
    const format = useFormat();
    const count = total ?? rows.length;
    const chosen = Object.keys(selected ?? {}).length;
    return (
        <div className={css.toolbar}>
            <Group gap="xs" className={css.filters}>
                {toolbar}
            </Group>
            <Group gap="xs" wrap="nowrap">
                <Text className="quiet small num" role="status">
                    {chosen > 0 && `${t('{{n}} selected', { count: chosen, n: format.integer(chosen) })} · `}
                    {t('{{n}} rows', { count, n: format.integer(count) + (total === undefined && hasMore ? '+' : '') })}
                </Text>
                {menu}
            </Group>
        </div>
    );
}

interface ViewMenuProps<T> {
    density: string;
    onDensity: (density: string) => void;
    columns: Column<T>[];
    isShown: (id: string) => boolean;
    onToggle: (id: string) => void;
    onExport: () => void;
}

function ViewMenu<T>({ density, onDensity, columns, isShown, onToggle, onExport }: ViewMenuProps<T>) {
    const { t } = useTranslation();
    return (
        <Menu position="bottom-end" closeOnItemClick={false}>
            <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={t('View and export')}>
                    <IconDots />
                </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
                <Menu.Item closeMenuOnClick onClick={onExport}>
                    {t('Export the loaded rows as CSV')}
                </Menu.Item>
                <Menu.Item onClick={() => onDensity(density === 'compact' ? 'normal' : 'compact')}>
                    {density === 'compact' ? t('Normal rows') : t('Compact rows')}
                </Menu.Item>
                <Menu.Label>{t('Columns')}</Menu.Label>
                {columns.map((c) => (
                    <Menu.Item
                        key={c.id}
                        role="menuitemcheckbox"
                        aria-checked={isShown(c.id)}
                        onClick={() => onToggle(c.id)}
                    >
                        <span aria-hidden="true">{isShown(c.id) ? '✓ ' : '\u2003'}</span>
                        {c.title}
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}
