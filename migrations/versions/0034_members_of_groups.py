"""Who belongs to a group: the role sheet, the admission rule, invitations, requests with their evidence, memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0034_members_of_groups"
down_revision = "0033_story_calls"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def _points(table: str, column: str, to: str, nullable: bool = True) -> sa.Column:
    return sa.Column(column, KEY, sa.ForeignKey(f'{to}.id', name=f'fk_{table}_{column}'), nullable=nullable)


def upgrade() -> None:
    op.create_table('group_role',
        _points('group_role', 'group_id', 'community_group', nullable=False),
        sa.Column('part', sa.String(length=16), nullable=False),
        _points('group_role', 'person_id', 'person'),
        sa.Column('duties', sa.Text(), nullable=False),
        _points('group_role', 'substitute_id', 'person'),
        sa.Column('substitute_from', sa.Date(), nullable=True),
        sa.Column('substitute_until', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('group_id', 'part', name='pk_group_role'),
    )
    op.create_table('admission_rule',
        _points('admission_rule', 'group_id', 'community_group', nullable=False),
        sa.Column('admission', sa.String(length=12), nullable=False),
        sa.Column('questions', sa.JSON(), nullable=False),
        sa.Column('evidence', sa.Text(), nullable=False),
        sa.Column('days', sa.Integer(), nullable=False),
        sa.Column('members_invite', sa.Boolean(), nullable=False),
        _points('admission_rule', 'reviewer_id', 'person'),
        sa.Column('changed_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('group_id', name='pk_admission_rule'),
    )
    op.create_table('group_invitation',
        _points('group_invitation', 'group_id', 'community_group', nullable=False),
        _points('group_invitation', 'inviter_id', 'person', nullable=False),
        sa.Column('code', sa.String(length=32), nullable=False),
        sa.Column('most_uses', sa.Integer(), nullable=False),
        sa.Column('uses', sa.Integer(), nullable=False),
        sa.Column('expires_at', INSTANT, nullable=False),
        sa.Column('seed', sa.Boolean(), nullable=False),
        sa.Column('revoked_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_group_invitation'),
        sa.UniqueConstraint('code', name='uq_group_invitation_code'),
    )
    op.create_index('ix_group_invitation_group', 'group_invitation', ['group_id', 'id'])
    op.create_table('admission_request',
        _points('admission_request', 'group_id', 'community_group', nullable=False),
        _points('admission_request', 'person_id', 'person', nullable=False),
        sa.Column('present', sa.Boolean(), nullable=True),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('answers', sa.JSON(), nullable=False),
        sa.Column('evidence', sa.Text(), nullable=False),
        _points('admission_request', 'invitation_id', 'group_invitation'),
        sa.Column('expires_at', INSTANT, nullable=False),
        sa.Column('closed_at', INSTANT, nullable=True),
        _points('admission_request', 'decided_by_id', 'person'),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('evidence_gone_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_admission_request'),
    )
    op.create_index('uq_admission_request_present', 'admission_request', ['group_id', 'person_id', 'present'], unique=True)
    op.create_index('ix_admission_request_waiting', 'admission_request', ['present', 'expires_at'])
    op.create_index('ix_admission_request_person', 'admission_request', ['person_id', 'id'])
    op.create_index('ix_admission_request_closed_at', 'admission_request', ['closed_at'])
    op.create_table('admission_evidence',
        _points('admission_evidence', 'request_id', 'admission_request', nullable=False),
        sa.Column('content_type', sa.String(length=40), nullable=False),
        sa.Column('picture', sa.Text(), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_admission_evidence'),
    )
    op.create_index('ix_admission_evidence_request_id', 'admission_evidence', ['request_id'])
    op.create_table('membership',
        _points('membership', 'group_id', 'community_group', nullable=False),
        _points('membership', 'person_id', 'person', nullable=False),
        sa.Column('present', sa.Boolean(), nullable=True),
        sa.Column('joined_at', INSTANT, nullable=False),
        sa.Column('way', sa.String(length=12), nullable=False),
        _points('membership', 'invitation_id', 'group_invitation'),
        sa.Column('seed', sa.Boolean(), nullable=False),
        _points('membership', 'let_in_by_id', 'person'),
        sa.Column('ended_at', INSTANT, nullable=True),
        sa.Column('end', sa.String(length=12), nullable=True),
        _points('membership', 'ended_by_id', 'person'),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_membership'),
    )
    op.create_index('uq_membership_present', 'membership', ['group_id', 'person_id', 'present'], unique=True)
    op.create_index('ix_membership_person', 'membership', ['person_id', 'present'])
    op.create_index('ix_membership_invitation_id', 'membership', ['invitation_id'])


def downgrade() -> None:
    for table in ('membership', 'admission_evidence', 'admission_request', 'group_invitation', 'admission_rule', 'group_role'):
        op.drop_table(table)
