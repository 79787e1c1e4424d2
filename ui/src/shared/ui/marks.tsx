import { useTranslation } from 'react-i18next';
import { stageColor, valueColor } from '@/shared/theme/meaning';
import css from './marks.module.css';
import { useNames } from './names';

export function StageMark({ stage }: { stage: string | null | undefined }) {
    const { t } = useTranslation();
    const names = useNames();
    if (!stage) {
        return <span className="quiet">{t('none')}</span>;
    }
    return (
        <span className={css.mark}>
            <span className={css.dot} style={{ background: stageColor(stage) }} />
            <bdi className="ellipsis">{names.stage(stage)}</bdi>
        </span>
    );
}

export function ValueMark({ segment }: { segment: string | null | undefined }) {
    const { t } = useTranslation();
    const names = useNames();
    if (!segment) {
        return <span className="quiet">{t('unknown')}</span>;
    }
    return (
        <span className={css.mark}>
            <span className={css.square} style={{ background: valueColor(segment) }} />
            <bdi className="ellipsis">{names.segment(segment)}</bdi>
        </span>
    );
}

const tones: Record<string, string> = {
    live: 'good',
    succeeded: 'good',
    champion: 'good',
    ok: 'good',
    active: 'good',
    failed: 'bad',
    error: 'bad',
    refused: 'bad',
    paused: 'warn',
    warning: 'warn',
    needs_approval: 'warn',
    challenger: 'warn',
    running: 'run',
    queued: 'run',
};

/** A state by word and shape; the colour only repeats it. */
export function StateMark({ state, label }: { state: string; label?: string }) {
    const names = useNames();
    return (
        <span className={css.state} data-tone={tones[state] ?? 'plain'}>
            <bdi>{label ?? names.state(state)}</bdi>
        </span>
    );
}

/** A share from 0 to 1 as a bar with its number beside it. */
export function ShareBar({ share, label, color }: { share: number; label: string; color?: string }) {
    const width = `${Math.max(0, Math.min(1, share)) * 100}%`;
    return (
        <span className={css.share}>
            <span className={css.track} aria-hidden="true">
                <span className={css.fill} style={{ width, background: color }} />
            </span>
            <span className="num">{label}</span>
        </span>
    );
}
