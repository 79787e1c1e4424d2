import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { Confirm } from '@/shared/ui/confirm';
import { done } from '@/shared/ui/notify';
import { useModelNames } from './measures';
import { type Act, championBefore, type ModelVersion, shortId, standingOf } from './standing';

export function useActVerbs(): Record<Act, string> {
    const { t } = useTranslation();
    return { promote: t('Promote'), retire: t('Retire'), rollback: t('Roll back') };
}

interface ActDialogProps {
    act: Act;
    version: ModelVersion;
    versions: ModelVersion[];
    onClose: () => void;
}

/** Asks before a version comes to serve or leaves, and names what that hits. */
export function ActDialog({ act, version, versions, onClose }: ActDialogProps) {
    const { t } = useTranslation();
    const verbs = useActVerbs();
    const { name: model, version: id } = version;
    const called = useModelNames()(model);
    const hits = useHits(act, version, versions);
    const titles: Record<Act, string> = {
        promote: t('Promote version {{version}} of {{model}}?', { version: shortId(id), model: called }),
        retire: t('Retire version {{version}} of {{model}}?', { version: shortId(id), model: called }),
        rollback: t('Roll {{model}} back to the champion before?', { model: called }),
    };
    const path = { model, version: id };
    const calls: Record<Act, () => Promise<unknown>> = {
        promote: () => api.POST('/api/v1/models/{model}/versions/{version}:promote', { params: { path } }),
        retire: () => api.POST('/api/v1/models/{model}/versions/{version}:retire', { params: { path } }),
        rollback: () => api.POST('/api/v1/models/{model}:rollback', { params: { path: { model } } }),
    };
    return (
        <Confirm
            isOpen
            onClose={onClose}
            title={titles[act]}
            verb={verbs[act]}
            hits={hits}
            isDangerous={act === 'retire'}
            act={async () => {
                await calls[act]();
                await changed('/api/v1/models');
                done(act === 'retire' ? t('The version is retired.') : t('Done: the next prediction uses it.'));
            }}
        />
    );
}

function useHits(act: Act, version: ModelVersion, versions: ModelVersion[]): string[] {
    const { t } = useTranslation();
    const format = useFormat();
    if (act === 'retire') {
        return [
            t('It is no longer offered for promotion. Its card stays, and it can be promoted again.'),
            t('Nothing that serves changes.'),
        ];
    }
    const champion = standingOf(versions)?.champion;
    const next = act === 'rollback' ? championBefore(versions) : version;
    const since = champion?.promoted_at;
    const told = (one: ModelVersion | undefined) =>
        one ? `${shortId(one.version)} (${t('trained {{ago}}', { ago: format.ago(one.created_at) })})` : '';
    return [
        champion
            ? t('{{version}}, which has served since {{date}}, retires; it can be promoted again.', {
                  version: shortId(champion.version),
                  date: since ? format.date(since) : '–',
              })
            : t('No version serves now: the stated fallback does.'),
        t('{{version}} serves from the next prediction and decision on.', { version: told(next) }),
        t('The scores of the whole base follow with the next daily run.'),
    ];
}
