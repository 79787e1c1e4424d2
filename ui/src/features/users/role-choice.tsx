import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Role, roles, useRoles } from './roles';

/** The roles, each with what it may do, so that nobody has to look it up. */
export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
    const { t } = useTranslation();
    const words = useRoles();
    return (
        <Radio.Group label={t('Role')} value={value} onChange={(next) => onChange(next as Role)}>
            <Stack gap={6} mt={4}>
                {roles.map((role) => (
                    <Radio key={role} value={role} label={words[role].name} description={words[role].may} />
                ))}
            </Stack>
        </Radio.Group>
    );
}
