import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf, ifMatch, type Schemas } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { useMe } from '@/shared/session/session';
import { Confirm, Fact } from '@/shared/ui/confirm';
import { Dialog } from '@/shared/ui/dialog';
import { done } from '@/shared/ui/notify';
import { SidePanel } from '@/shared/ui/side-panel';
import { Failed } from '@/shared/ui/states';
import { OneTimeLink } from './invite-dialog';
import { type Role, standingOf, type User, useRoles } from './roles';
import { RoleChoice } from './role-choice';
import { UserSessions } from './user-sessions';
import { StandingMark } from './users-screen';

type Act = 'disable' | 'remove' | 'reset' | 'role';

/** What a user may do, and the ways to change that. */
export function UserPanel({ user, onClose }: { user: User; onClose: () => void }) {
    const { t } = useTranslation();
    const format = useFormat();
    const me = useMe();
    const [act, setAct] = useState<Act>();
    const [link, setLink] = useState<Schemas['LinkAnswer']>();
    const [role, setRole] = useState<Role>(user.role);
    const path = { name: user.name };
    const patch = async (body: Schemas['UserPatchInput']) => {
        await api.PATCH('/api/v1/users/{name}', { params: { path }, headers: ifMatch(user.version), body });
        await changed('/api/v1/users');
    };
    const enable = useMutation({ mutationFn: () => patch({ is_disabled: false }) });
    const reset = async () =>
        setLink(
            await dataOf(api.POST('/api/v1/users/{name}:reset', { params: { path }, body: { purpose: 'password' } })),
        );
    const remove = async () => {
        await api.DELETE('/api/v1/users/{name}', { params: { path }, headers: ifMatch(user.version) });
        onClose();
        await changed('/api/v1/users');
        done(t('{{name}} is removed.', path));
    };
    const close = () => setAct(undefined);
    return (
        <SidePanel
            title={user.full_name || user.name}
            onClose={onClose}
            actions={
                <Group gap="xs">
                    <Button size="xs" variant="default" onClick={() => setAct('reset')}>
                        {t('New one-time link')}
                    </Button>
                    {user.is_disabled ? (
                        <Button size="xs" variant="default" loading={enable.isPending} onClick={() => enable.mutate()}>
                            {t('Enable')}
                        </Button>
                    ) : (
                        <Button size="xs" variant="default" onClick={() => setAct('disable')}>
                            {t('Disable')}
                        </Button>
                    )}
                    <Button size="xs" variant="subtle" color="red" onClick={() => setAct('remove')}>
                        {t('Remove')}
                    </Button>
                </Group>
            }
        >
            <Stack gap="sm" component="dl" m={0}>
                <Fact label={t('User name')}>{user.name}</Fact>
                <Fact label={t('State')}>
                    <StandingMark standing={standingOf(user)} />
                </Fact>
                <Fact label={t('Last login')}>
                    {user.last_login_at ? format.dateTime(user.last_login_at) : t('never')}
                </Fact>
                <Fact label={t('Password set')}>
                    {user.password_changed_at ? format.dateTime(user.password_changed_at) : t('never')}
                </Fact>
            </Stack>
            {enable.isError && <Failed error={enable.error} />}
            {user.name === me.name && (
                <Alert variant="light" p="xs">
                    {t('This is you: another role or a new link ends your session.')}
                </Alert>
            )}
            <FullName user={user} save={(full_name) => patch({ full_name })} />
            <Stack gap="xs">
                <RoleChoice value={role} onChange={setRole} />
                {role !== user.role && (
                    <Group gap="xs">
                        <Button size="xs" onClick={() => setAct('role')}>
                            {t('Change the role')}
                        </Button>
                        <Button size="xs" variant="default" onClick={() => setRole(user.role)}>
                            {t('Cancel')}
                        </Button>
                    </Group>
                )}
            </Stack>
            <UserSessions name={user.name} />
            <Asked user={user} act={act} role={role} onClose={close} patch={patch} reset={reset} remove={remove} />
            {link !== undefined && (
                <Dialog onClose={() => setLink(undefined)} title={t('One-time link')}>
                    <OneTimeLink link={link} name={user.name} />
                </Dialog>
            )}
        </SidePanel>
    );
}

function FullName({ user, save }: { user: User; save: (name: string) => Promise<void> }) {
    const { t } = useTranslation();
    const [name, setName] = useState(user.full_name);
    const saving = useMutation({ mutationFn: () => save(name) });
    return (
        <form
            onSubmit={(event) => {
                event.preventDefault();
                saving.mutate();
            }}
        >
            <Group gap="xs" align="flex-end" wrap="nowrap">
                <TextInput
                    flex={1}
                    label={t('Name')}
                    maxLength={100}
                    value={name}
                    onChange={(e) => setName(e.currentTarget.value)}
                />
                {name !== user.full_name && (
                    <Button type="submit" variant="default" loading={saving.isPending}>
                        {t('Save')}
                    </Button>
                )}
            </Group>
            {saving.isError && <Failed error={saving.error} />}
        </form>
    );
}

interface AskedProps {
    user: User;
    act: Act | undefined;
    role: Role;
    onClose: () => void;
    patch: (body: Schemas['UserPatchInput']) => Promise<void>;
    reset: () => Promise<void>;
    remove: () => Promise<void>;
}

function Asked({ user, act, role, onClose, patch, reset, remove }: AskedProps) {
    const { t } = useTranslation();
    const words = useRoles();
    const { name } = user;
    const to = words[role];
    const asks = {
        disable: {
            title: t('Disable “{{name}}”?', { name }),
            verb: t('Disable'),
            hits: [t('All sessions of {{name}} end now.', { name }), t('The name and the role stay for later.')],
            act: () => patch({ is_disabled: true }),
        },
        remove: {
            title: t('Remove “{{name}}”?', { name }),
            verb: t('Remove'),
            hits: [
                t('All sessions of {{name}} end now.', { name }),
                t('The name stays in the audit log, and is never given to another. This cannot be undone.'),
            ],
            act: remove,
        },
        reset: {
            title: t('A new one-time link for “{{name}}”?', { name }),
            verb: t('Make the link'),
            hits: [
                t('The password of {{name}} no longer works, and all sessions end now.', { name }),
                t('Whoever has the link sets a new password.'),
            ],
            act: reset,
        },
        role: {
            title: t('Make “{{name}}” {{role}}?', { name, role: to.name }),
            verb: t('Change the role'),
            hits: [
                t('{{role}}: {{may}}', { role: to.name, may: to.may }),
                t('All sessions of {{name}} end now.', { name }),
            ],
            act: () => patch({ role }),
        },
    };
    const asked = act && asks[act];
    return (
        asked && (
            <Confirm
                isOpen
                onClose={onClose}
                title={asked.title}
                verb={asked.verb}
                hits={asked.hits}
                isDangerous={act === 'remove'}
                act={asked.act}
            />
        )
    );
}
