import css from './spark.module.css';

const width = 120;
const height = 28;

/** Points of a line through the values, from the lowest to the highest. */
export function pathOf(values: number[]): string {
    const low = Math.min(...values);
    const span = Math.max(...values) - low;
    const step = width / Math.max(1, values.length - 1);
    return values
        .map((v, i) => `${(i * step).toFixed(1)},${(height - 2 - ((v - low) / span) * (height - 4)).toFixed(1)}`)
        .join(' ');
}

/** The way a number went, for the eye: how far is said in words beside it. None for a number that did not move. */
export function Spark({ values }: { values: number[] }) {
    if (new Set(values).size < 2) {
        return null;
    }
    return (
        <svg
            className={css.spark}
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            <polyline points={pathOf(values)} fill="none" stroke="currentColor" vectorEffect="non-scaling-stroke" />
        </svg>
    );
}
