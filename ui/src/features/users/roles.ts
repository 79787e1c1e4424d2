import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';

export type User = Schemas['User'];
export type Role = User['role'];

/** From the least to the most. */
export const roles: Role[] = ['viewer', 'marketer', 'analyst', 'operator', 'admin'];

export interface RoleWords {
    name: string;
    may: string;
}

export function useRoles(): Record<Role, RoleWords> {
    const { t } = useTranslation();
    return useMemo(
        () => ({
            viewer: { name: t('Viewer'), may: t('looks at everything but secrets') },
            marketer: {
                name: t('Marketer'),
                may: t('changes offers, audiences and what is kept of customers; tries decisions out'),
            },
            analyst: {
                name: t('Analyst'),
                may: t('changes audiences, rules and models, starts jobs; tries decisions out'),
            },
            operator: {
                name: t('Operator'),
                may: t('runs syncs and jobs, connects sources and webhooks; sees settings and the audit log'),
            },
            admin: { name: t('Admin'), may: t('everything, also users and API keys') },
        }),
        [t],
    );
}

/** Where somebody is on the way from an invitation to a login. */
export type Standing = 'disabled' | 'invited' | 'active';

export function standingOf(user: User): Standing {
    if (user.is_disabled) {
        return 'disabled';
    }
    return user.has_password ? 'active' : 'invited';
}

/** The server gives just the path where it does not know its own address: then it is where this page is. */
export function wholeLink(link: string, origin: string): string {
    return link.startsWith('/') ? origin + link : link;
}
