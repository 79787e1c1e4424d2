import type { TFunction } from 'i18next';
import type { ComponentType } from 'react';
import type { Permission } from '@/shared/session/session';
import {
    IconAudiences,
    IconAudit,
    IconCustomers,
    IconHome,
    IconJobs,
    IconKeys,
    IconLab,
    IconLifecycle,
    IconModels,
    IconOffers,
    IconSettings,
    IconSync,
    IconUsers,
    IconValue,
    IconWebhooks,
} from '@/shared/ui/icons';

export interface Place {
    path: string;
    label: string;
    icon: ComponentType<{ size?: number }>;
    /** `g` and this letter go there. */
    letter?: string;
    /** Who has not this is not shown the place. */
    needs?: Permission;
}

export interface Area {
    label: string;
    places: Place[];
}

/** The map of the UI: the side bar, the command palette and the shortcuts are made of it. */
export function areasOf(t: TFunction): Area[] {
    return [
        {
            label: '',
            places: [{ path: '/', label: t('Home'), icon: IconHome, letter: 'h' }],
        },
        {
            label: t('Decide'),
            places: [
                { path: '/offers', label: t('Offers'), icon: IconOffers, letter: 'o' },
                { path: '/lab', label: t('Decision lab'), icon: IconLab, letter: 'd', needs: 'decide' },
            ],
        },
        {
            label: t('Understand'),
            places: [
                { path: '/lifecycle', label: t('Lifecycle'), icon: IconLifecycle, letter: 'l' },
                { path: '/value', label: t('Value'), icon: IconValue, letter: 'v' },
                { path: '/customers', label: t('Customers'), icon: IconCustomers, letter: 'c' },
                { path: '/audiences', label: t('Audiences'), icon: IconAudiences, letter: 'a' },
                { path: '/models', label: t('Models'), icon: IconModels, letter: 'm' },
            ],
        },
        {
            label: t('Operate'),
            places: [
                { path: '/sync', label: t('Sync'), icon: IconSync, letter: 's' },
                { path: '/jobs', label: t('Jobs'), icon: IconJobs, letter: 'j' },
                { path: '/audit', label: t('Audit log'), icon: IconAudit, needs: 'audit' },
                { path: '/webhooks', label: t('Webhooks'), icon: IconWebhooks, letter: 'w' },
                { path: '/users', label: t('Users'), icon: IconUsers, letter: 'u', needs: 'users' },
                { path: '/keys', label: t('API keys'), icon: IconKeys, needs: 'keys' },
                { path: '/settings', label: t('Settings'), icon: IconSettings, needs: 'settings' },
            ],
        },
    ];
}

export function placesFor(t: TFunction, permissions: Permission[]): Place[] {
    return areasOf(t).flatMap((area) => area.places.filter((p) => !p.needs || permissions.includes(p.needs)));
}
