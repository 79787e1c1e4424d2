import {
    createRootRoute,
    createRoute,
    createRouter,
    lazyRouteComponent,
    Outlet,
    redirect,
    type ErrorComponentProps,
} from '@tanstack/react-router';
import { onSessionEnded } from '@/shared/api/client';
import { queries } from '@/shared/api/queries';
import { meQuery } from '@/shared/session/session';
import { Failed, Waiting } from '@/shared/ui/states';
import { NotFound } from './not-found';
import { Shell } from './shell';
import { audiencesSearch, newAudienceSearch } from '@/features/audiences/search';
import { auditSearch } from '@/features/audit/search';
import { jobsSearch } from '@/features/jobs/search';
import { labSearch } from '@/features/lab/search';
import { lifecycleSearch } from '@/features/lifecycle/search';
import { modelSearch } from '@/features/models/search';
import { offerSearch, offersSearch } from '@/features/offers/search';
import { settingsSearch } from '@/features/settings/search';
import { runSearch } from '@/features/sync/search';
import { usersSearch } from '@/features/users/search';
import { valueSearch } from '@/features/value/search';
import { webhooksSearch } from '@/features/webhooks/search';

function Broken({ error, reset }: ErrorComponentProps) {
    return <Failed error={error} onRetry={reset} />;
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const login = createRoute({
    getParentRoute: () => root,
    path: '/login',
    validateSearch: (search): { to?: string } => (typeof search.to === 'string' ? { to: search.to } : {}),
    component: lazyRouteComponent(() => import('./login'), 'LoginPage'),
});
const setup = createRoute({
    getParentRoute: () => root,
    path: '/setup',
    component: lazyRouteComponent(() => import('./login'), 'SetupPage'),
});
const setupLogin = createRoute({
    getParentRoute: () => root,
    path: '/setup/login',
    component: lazyRouteComponent(() => import('./login'), 'SetupLoginPage'),
});

// Everything but the login stands in the shell, which needs somebody.
const shell = createRoute({
    getParentRoute: () => root,
    id: 'shell',
    beforeLoad: async ({ location }) => {
        const me = await queries.ensureQueryData(meQuery);
        if (me === null) {
            throw redirect({ to: '/login', search: { to: location.href } });
        }
    },
    component: Shell,
    errorComponent: Broken,
});
const in_ = { getParentRoute: () => shell };

const home = createRoute({
    ...in_,
    path: '/',
    component: lazyRouteComponent(() => import('@/features/start/start-screen'), 'StartScreen'),
});
const offers = createRoute({
    ...in_,
    path: '/offers',
    validateSearch: offersSearch,
    component: lazyRouteComponent(() => import('@/features/offers/offers-screen'), 'OffersScreen'),
});
const newOffer = createRoute({
    ...in_,
    path: '/offers/new',
    component: lazyRouteComponent(() => import('@/features/offers/new-offer-screen'), 'NewOfferScreen'),
});
const importOffers = createRoute({
    ...in_,
    path: '/offers/import',
    component: lazyRouteComponent(() => import('@/features/offers/import-screen'), 'ImportScreen'),
});
const offer = createRoute({
    ...in_,
    path: '/offers/$offerId',
    validateSearch: offerSearch,
    component: lazyRouteComponent(() => import('@/features/offers/offer-screen'), 'OfferScreen'),
});
const audiences = createRoute({
    ...in_,
    path: '/audiences',
    validateSearch: audiencesSearch,
    component: lazyRouteComponent(() => import('@/features/audiences/audiences-screen'), 'AudiencesScreen'),
});
const newAudience = createRoute({
    ...in_,
    path: '/audiences/new',
    validateSearch: newAudienceSearch,
    component: lazyRouteComponent(() => import('@/features/audiences/edit-screen'), 'NewAudienceScreen'),
});
const editAudience = createRoute({
    ...in_,
    path: '/audiences/$name/edit',
    component: lazyRouteComponent(() => import('@/features/audiences/edit-screen'), 'EditAudienceScreen'),
});
const customers = createRoute({
    ...in_,
    path: '/customers',
    component: lazyRouteComponent(() => import('@/features/customers/customers-screen'), 'CustomersScreen'),
});
const customer = createRoute({
    ...in_,
    path: '/customers/$customerId',
    component: lazyRouteComponent(() => import('@/features/customers/customer-screen'), 'CustomerScreen'),
});
const lab = createRoute({
    ...in_,
    path: '/lab',
    validateSearch: labSearch,
    component: lazyRouteComponent(() => import('@/features/lab/lab-screen'), 'LabScreen'),
});
const lifecycle = createRoute({
    ...in_,
    path: '/lifecycle',
    validateSearch: lifecycleSearch,
    component: lazyRouteComponent(() => import('@/features/lifecycle/lifecycle-screen'), 'LifecycleScreen'),
});
const lifecycleRules = createRoute({
    ...in_,
    path: '/lifecycle/rules',
    component: lazyRouteComponent(() => import('@/features/lifecycle/rules-screen'), 'RulesScreen'),
});
const value = createRoute({
    ...in_,
    path: '/value',
    validateSearch: valueSearch,
    component: lazyRouteComponent(() => import('@/features/value/value-screen'), 'ValueScreen'),
});

const models = createRoute({
    ...in_,
    path: '/models',
    component: lazyRouteComponent(() => import('@/features/models/models-screen'), 'ModelsScreen'),
});
const model = createRoute({
    ...in_,
    path: '/models/$model',
    validateSearch: modelSearch,
    component: lazyRouteComponent(() => import('@/features/models/model-screen'), 'ModelScreen'),
});
const sync = createRoute({
    ...in_,
    path: '/sync',
    component: lazyRouteComponent(() => import('@/features/sync/sync-screen'), 'SyncScreen'),
});
const run = createRoute({
    ...in_,
    path: '/sync/runs/$run',
    validateSearch: runSearch,
    component: lazyRouteComponent(() => import('@/features/sync/run-screen'), 'RunScreen'),
});
const jobs = createRoute({
    ...in_,
    path: '/jobs',
    validateSearch: jobsSearch,
    component: lazyRouteComponent(() => import('@/features/jobs/jobs-screen'), 'JobsScreen'),
});
const audit = createRoute({
    ...in_,
    path: '/audit',
    validateSearch: auditSearch,
    component: lazyRouteComponent(() => import('@/features/audit/audit-screen'), 'AuditScreen'),
});
const keys = createRoute({
    ...in_,
    path: '/keys',
    component: lazyRouteComponent(() => import('@/features/keys/keys-screen'), 'KeysScreen'),
});

const webhooks = createRoute({
    ...in_,
    path: '/webhooks',
    validateSearch: webhooksSearch,
    component: lazyRouteComponent(() => import('@/features/webhooks/webhooks-screen'), 'WebhooksScreen'),
});
const users = createRoute({
    ...in_,
    path: '/users',
    validateSearch: usersSearch,
    component: lazyRouteComponent(() => import('@/features/users/users-screen'), 'UsersScreen'),
});
const settings = createRoute({
    ...in_,
    path: '/settings',
    validateSearch: settingsSearch,
    component: lazyRouteComponent(() => import('@/features/settings/settings-screen'), 'SettingsScreen'),
});

const nowhere = createRoute({ ...in_, path: '$', component: NotFound });

export const router = createRouter({
    routeTree: root.addChildren([
        login,
        setup,
        setupLogin,
        shell.addChildren([
            home,
            offers,
            newOffer,
            importOffers,
            offer,
            audiences,
            newAudience,
            editAudience,
            customers,
            customer,
            lab,
            lifecycle,
            lifecycleRules,
            value,
            models,
            model,
            sync,
            run,
            jobs,
            audit,
            keys,
            webhooks,
            users,
            settings,
            nowhere,
        ]),
    ]),
    defaultPendingComponent: () => <Waiting />,
    defaultErrorComponent: Broken,
    defaultPreload: 'intent',
    scrollRestoration: true,
});

declare module '@tanstack/react-router' {
    interface Register {
        router: typeof router;
    }
}

onSessionEnded(() => {
    if (!location.pathname.startsWith('/login')) {
        queries.setQueryData(meQuery.queryKey, null);
        void router.navigate({ to: '/login', search: { to: location.pathname + location.search } });
    }
});
