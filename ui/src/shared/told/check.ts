// A finding of the server's check-up (`boon doctor`), from its `cause` and `facts` (docs/api.md).
import type { TFunction } from 'i18next';
import type { Schemas } from '@/shared/api/client';
import { isolated } from '@/shared/i18n/i18n';

type Check = Pick<Schemas['Check'], 'cause' | 'facts'>;

export interface ToldCheck {
    words: string;
    hint: string;
}

export function partTold(t: TFunction, part: string): string {
    const known: Record<string, string> = {
        settings: t('Settings'),
        database: t('Database'),
        catalogue: t('Catalogue'),
        warehouse: t('Warehouse'),
        profiles: t('Profiles'),
        models: t('Models'),
        sources: t('Sources'),
        events: t('Events'),
        audit: t('Audit log'),
        disk: t('Disk'),
    };
    return known[part] ?? part;
}

/** What it found and what to do; undefined where there is the server's prose alone. */
export function checkTold(t: TFunction, { cause, facts }: Check): ToldCheck | undefined {
    const name = (key: string) => isolated(facts[key] ?? '');
    switch (cause) {
        case 'no_live_offers':
            return {
                words: t('No offer is live.'),
                hint: t('Make some live, or import them: boon import offers FILE'),
            };
        case 'no_profiles':
            return { words: t('Nothing is known of customers yet.'), hint: t('Compute it: boon features') };
        case 'no_model':
            return {
                words: t('No model serves: decisions rest on rates and rules.'),
                hint: t('Train them: boon train all'),
            };
        case 'no_warehouse':
            return { words: t('No warehouse is configured.'), hint: t('See docs/warehouse.md, or post events.') };
        case 'warehouse_unread':
            return { words: t('The warehouse has not been read yet.'), hint: t('Read it: boon warehouse refresh') };
        case 'warehouse_stale':
            return {
                words: t('The warehouse’s copy is stale.'),
                hint: t('Look why it is not refreshed: boon warehouse refresh'),
            };
        case 'warehouse_finding':
            return facts.column
                ? {
                      words: t('Something is wrong in the column {{column}} of {{table}}.', {
                          column: name('column'),
                          table: name('table'),
                      }),
                      hint: t('Row by row: boon warehouse'),
                  }
                : {
                      words: t('Something is wrong with the table {{table}}.', { table: name('table') }),
                      hint: t('Row by row: boon warehouse'),
                  };
        case 'offer_misfits':
            return {
                words: t('Offer {{id}}, {{name}}, no longer fits the settings or the features.', {
                    id: facts.offer_id,
                    name: name('name'),
                }),
                hint: t('Change the offer, or bring back what it names.'),
            };
        case 'version_off':
            return {
                words: t('A version of the model {{model}} does not serve', { model: name('model') }),
                hint: t('Train it again, or restore its folder from a backup.'),
            };
        case 'audit_broken':
            return {
                words: t('The audit log is broken at entry {{entry}}.', facts),
                hint: t('Somebody changed the database by hand: compare with a backup.'),
            };
        case 'source_never_run':
            return {
                words: t('The source {{source}} has never run.', { source: name('source') }),
                hint: t('Try it: Sync, Dry run'),
            };
        case 'source_failed':
            return {
                words: t('The sync of {{source}} failed', { source: name('source') }),
                hint: t('Look at its run.'),
            };
        case 'source_waits':
            return {
                words: t('The sync of {{source}} waits for approval', { source: name('source') }),
                hint: t('Look, then approve or give it up.'),
            };
        case 'disk_low':
            return {
                words: t('Little room is left on the disk: {{gib}} GiB.', facts),
                hint: t('Make room: a full disk stops decisions from being recorded.'),
            };
        default:
            return undefined;
    }
}
