import { Skeleton, Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './stat-tile.module.css';

interface StatTileProps {
    label: string;
    value: ReactNode;
    /** The change and its period, or what the number is of. */
    note?: ReactNode;
    /** Explains jargon on hover and focus. */
    explain?: string;
    tone?: 'good' | 'bad' | 'plain';
    isLoading?: boolean;
}

export function StatTile({ label, value, note, explain, tone = 'plain', isLoading }: StatTileProps) {
    const title = explain ? (
        <Tooltip label={explain}>
            <span className={css.explained} tabIndex={0}>
                {label}
            </span>
        </Tooltip>
    ) : (
        label
    );
    return (
        <div className={css.tile}>
            <Text className="quiet small">{title}</Text>
            {isLoading ? <Skeleton height={28} width={96} /> : <div className={css.value}>{value}</div>}
            {note && (
                <div className={css.note} data-tone={tone}>
                    {note}
                </div>
            )}
        </div>
    );
}

export function StatRow({ children }: { children: ReactNode }) {
    return <div className={css.row}>{children}</div>;
}
