import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import type { Outcomes } from './figures';
import css from './figures.module.css';

/** The conversion rate with its interval, or that there are too few to tell. */
export function Rate({ of: outcomes }: { of: Outcomes }) {
    const of = outcomes.rate;
    const { t } = useTranslation();
    const format = useFormat();
    if (of === null) {
        return <span className="quiet">{outcomes.shown > 0 ? t('too few') : '–'}</span>;
    }
    return (
        <Tooltip
            label={t('{{converted}} of {{shown}} shown long enough ago; between the bounds in 95 of 100 cases', {
                converted: format.integer(of.converted),
                shown: format.integer(of.shown),
            })}
            multiline
            w={260}
        >
            <span className={css.rate} dir="ltr" tabIndex={0}>
                {format.percent(of.share)}{' '}
                <span className="quiet small">{`${format.percent(of.low)} – ${format.percent(of.high)}`}</span>
            </span>
        </Tooltip>
    );
}

/** Intervals on one scale, so that rows can be compared by eye. */
export function RateBar({ of, most }: { of: Outcomes['rate']; most: number }) {
    if (of === null || most <= 0) {
        return null;
    }
    const at = (share: number) => `${(100 * share) / most}%`;
    return (
        <span className={css.scale} aria-hidden="true">
            <span className={css.interval} style={{ insetInlineStart: at(of.low), width: at(of.high - of.low) }} />
            <span className={css.point} style={{ insetInlineStart: at(of.share) }} />
        </span>
    );
}
