import type { APIRequestContext } from '@playwright/test';

/** Every screen, by the name of its screenshot. `{…}` stands for an id that only the server knows. */
export const screens = {
    home: '/',
    offers: '/offers',
    'offers-panel': '/offers?open=3',
    offer: '/offers/1',
    'offer-figures': '/offers/1?tab=figures',
    'offer-versions': '/offers/1?tab=versions',
    'offers-figures': '/offers?view=figures',
    'offer-new': '/offers/new',
    'offers-import': '/offers/import',
    customers: '/customers',
    customer: '/customers/C0000042',
    lab: '/lab?customer=C0000042',
    lifecycle: '/lifecycle',
    'lifecycle-rules': '/lifecycle/rules',
    value: '/value',
    audiences: '/audiences',
    'audiences-panel': '/audiences?open=silent',
    'audience-new': '/audiences/new?stage=growth',
    'audience-edit': '/audiences/silent/edit',
    models: '/models',
    model: '/models/nbo',
    'model-refused': '/models/churn',
    'model-drift': '/models/nbo?tab=drift',
    'model-versions': '/models/nbo?tab=versions',
    sync: '/sync',
    'sync-run': '/sync/runs/{run}',
    jobs: '/jobs',
    'jobs-panel': '/jobs?open={job}',
    audit: '/audit',
    keys: '/keys',
    webhooks: '/webhooks',
    users: '/users',
    settings: '/settings',
    'not-found': '/nowhere',
} as const;
export type ScreenName = keyof typeof screens;

const lists = { run: '/api/v1/sync/runs', job: '/api/v1/jobs' } as const;

/** The screen's path, with the newest id of its kind where it needs one. */
export async function pathOf(name: ScreenName, request: APIRequestContext): Promise<string> {
    const path: string = screens[name];
    const kind = /\{(\w+)\}/.exec(path)?.[1] as keyof typeof lists | undefined;
    if (!kind) {
        return path;
    }
    const { items } = (await (await request.get(lists[kind])).json()) as { items: { id: string }[] };
    const id = items[0]?.id;
    if (!id) {
        throw new Error(`there is no ${kind} to show`);
    }
    return path.replace(`{${kind}}`, id);
}
