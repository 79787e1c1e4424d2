import { expect, it } from 'vitest';
import { standingOf, type User, wholeLink } from './roles';

const user: User = {
    name: 'anna',
    full_name: '',
    role: 'viewer',
    is_disabled: false,
    has_password: false,
    version: 1,
    created_by: '',
    created_at: '',
    password_changed_at: null,
    last_login_at: null,
};

it('tells who waits for a link from who may log in, and disabled goes before both', () => {
    expect(standingOf(user)).toBe('invited');
    expect(standingOf({ ...user, has_password: true })).toBe('active');
    expect(standingOf({ ...user, has_password: true, is_disabled: true })).toBe('disabled');
});

it('makes a path a link, and leaves a link as it is', () => {
    expect(wholeLink('/setup#x', 'http://here:1')).toBe('http://here:1/setup#x');
    expect(wholeLink('https://boon.example/setup#x', 'http://here:1')).toBe('https://boon.example/setup#x');
});
