"""First tables: everything the editorial floor had when the house opened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_token',
    sa.Column('app_id', sa.String(length=64), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('app_id', name=op.f('pk_access_token'))
    )
    op.create_table('article_grams',
    sa.Column('article_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('grams', postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=False),
    sa.PrimaryKeyConstraint('article_id', name=op.f('pk_article_grams'))
    )
    op.create_index('ix_article_grams', 'article_grams', ['grams'], unique=False, postgresql_using='gin')
    op.create_table('audit_entry',
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('person_name', sa.String(length=100), nullable=False),
    sa.Column('verb', sa.String(length=60), nullable=False),
    sa.Column('thing', sa.String(length=40), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_index('ix_audit_entry_thing', 'audit_entry', ['thing', 'thing_id', 'id'], unique=False)
    op.create_table('delivery',
    sa.Column('purpose', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('lane', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('marker', sa.String(length=32), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=True),
    sa.Column('target_kind', sa.String(length=10), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('target_name', sa.String(length=120), nullable=False),
    sa.Column('after_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_after', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reads', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('deaths', sa.Integer(), nullable=False),
    sa.Column('late_ok', sa.Boolean(), nullable=False),
    sa.Column('memory', sa.JSON(), nullable=False),
    sa.Column('remote_id', sa.String(length=200), nullable=False),
    sa.Column('awaiting', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['after_id'], ['delivery.id'], name=op.f('fk_delivery_after_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('key', name=op.f('uq_delivery_key')),
    sa.UniqueConstraint('marker', name=op.f('uq_delivery_marker'))
    )
    op.create_index('ix_delivery_after', 'delivery', ['after_id'], unique=False)
    op.create_index('ix_delivery_edition', 'delivery', ['edition_id', 'purpose'], unique=False)
    op.create_index('ix_delivery_owner', 'delivery', ['purpose', 'owner_id'], unique=False)
    op.create_index('ix_delivery_reading', 'delivery', ['state', 'read_at'], unique=False)
    op.create_index('ix_delivery_state', 'delivery', ['state', 'id'], unique=False)
    op.create_index('ix_delivery_target', 'delivery', ['target_kind', 'target_id', 'id'], unique=False)
    op.create_index('ix_delivery_work', 'delivery', ['state', 'due_at'], unique=False)
    op.create_table('department',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department')),
    sa.UniqueConstraint('name', name=op.f('uq_department_name'))
    )
    op.create_table('hit_file',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_hit_file'))
    )
    op.create_table('hold',
    sa.Column('target', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('target', name=op.f('pk_hold'))
    )
    op.create_table('house_setting',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_house_setting'))
    )
    op.create_table('number_series',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_number_series'))
    )
    op.create_table('official_account',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('account_type', sa.String(length=16), nullable=False),
    sa.Column('app_id', sa.String(length=64), nullable=False),
    sa.Column('secrets', sa.Text(), nullable=False),
    sa.Column('rights', sa.JSON(), nullable=False),
    sa.Column('probed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('probe_reason', sa.Text(), nullable=False),
    sa.Column('followers', sa.Integer(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_official_account')),
    sa.UniqueConstraint('app_id', name=op.f('uq_official_account_app_id')),
    sa.UniqueConstraint('name', name=op.f('uq_official_account_name'))
    )
    op.create_table('pace',
    sa.Column('target', sa.String(length=60), nullable=False),
    sa.Column('sends', sa.JSON(), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('target', name=op.f('pk_pace'))
    )
    op.create_table('probe',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_probe'))
    )
    op.create_table('attempt',
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=8), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('rid', sa.String(length=80), nullable=False),
    sa.Column('http_status', sa.Integer(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_attempt_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    op.create_index(op.f('ix_attempt_delivery_id'), 'attempt', ['delivery_id'], unique=False)
    op.create_table('callback_event',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_callback_event_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback_event'))
    )
    op.create_index('uq_callback_event_key', 'callback_event', ['account_id', 'key'], unique=True)
    op.create_table('person',
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('department_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('session_epoch', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_person_department_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email'))
    )
    op.create_table('api_token',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_api_token_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
    )
    op.create_index(op.f('ix_api_token_person_id'), 'api_token', ['person_id'], unique=False)
    op.create_table('asset',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content_type', sa.String(length=40), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('alt_text', sa.String(length=300), nullable=False),
    sa.Column('brought_by_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['brought_by_id'], ['person.id'], name=op.f('fk_asset_brought_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset')),
    sa.UniqueConstraint('sha256', name=op.f('uq_asset_sha256'))
    )
    op.create_table('community_group',
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('steward_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('deputy_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['deputy_id'], ['person.id'], name=op.f('fk_community_group_deputy_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['community_group.id'], name=op.f('fk_community_group_parent_id')),
    sa.ForeignKeyConstraint(['steward_id'], ['person.id'], name=op.f('fk_community_group_steward_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_community_group')),
    sa.UniqueConstraint('slug', name=op.f('uq_community_group_slug'))
    )
    op.create_index('ix_community_group_kind', 'community_group', ['kind', 'state'], unique=False)
    op.create_index(op.f('ix_community_group_parent_id'), 'community_group', ['parent_id'], unique=False)
    op.create_table('edition',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('mode', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('publish_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wall_time', sa.String(length=19), nullable=False),
    sa.Column('zone', sa.String(length=40), nullable=False),
    sa.Column('share_to', sa.JSON(), nullable=True),
    sa.Column('planned_by_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_edition_account_id')),
    sa.ForeignKeyConstraint(['planned_by_id'], ['person.id'], name=op.f('fk_edition_planned_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition'))
    )
    op.create_index('ix_edition_state', 'edition', ['state', 'id'], unique=False)
    op.create_index('ix_edition_time', 'edition', ['publish_at'], unique=False)
    op.create_table('hand_in_draft',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hand_in_draft_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_hand_in_draft'))
    )
    op.create_table('idempotent_answer',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_idempotent_answer_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotent_answer'))
    )
    op.create_index('uq_idempotent_answer_key', 'idempotent_answer', ['person_id', 'key'], unique=True)
    op.create_table('notice',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('cause', sa.String(length=120), nullable=False),
    sa.Column('sentence', sa.String(length=300), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('thing', sa.String(length=20), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_index('ix_notice_person', 'notice', ['person_id', 'id'], unique=False)
    op.create_index('ix_notice_unseen', 'notice', ['person_id', 'seen_at'], unique=False)
    op.create_index('uq_notice_cause', 'notice', ['person_id', 'cause'], unique=True)
    op.create_table('person_role',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_role_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'role', name=op.f('pk_person_role'))
    )
    op.create_table('article',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('contributor_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('editor_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contributor_id'], ['person.id'], name=op.f('fk_article_contributor_id')),
    sa.ForeignKeyConstraint(['editor_id'], ['person.id'], name=op.f('fk_article_editor_id')),
    sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_article_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
    sa.UniqueConstraint('number', name=op.f('uq_article_number'))
    )
    op.create_index('ix_article_contributor', 'article', ['contributor_id', 'id'], unique=False)
    op.create_index('ix_article_desk', 'article', ['state', 'waiting_since'], unique=False)
    op.create_index('ix_article_editor_desk', 'article', ['editor_id', 'state', 'waiting_since'], unique=False)
    op.create_index('ix_article_group', 'article', ['group_id', 'id'], unique=False)
    op.create_index('ix_article_group_desk', 'article', ['group_id', 'state', 'waiting_since'], unique=False)
    op.create_index('ix_article_stage', 'article', ['stage', 'waiting_since'], unique=False)
    op.create_index('ix_article_state', 'article', ['state', 'id'], unique=False)
    op.create_table('group_connector',
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('hint', sa.String(length=40), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_group_connector_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_connector')),
    sa.UniqueConstraint('group_id', name=op.f('uq_group_connector_group_id'))
    )
    op.create_table('submission',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('contributor_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('byline', sa.String(length=40), nullable=False),
    sa.Column('pictures', sa.JSON(), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contributor_id'], ['person.id'], name=op.f('fk_submission_contributor_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_submission_decided_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_submission_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('number', name=op.f('uq_submission_number'))
    )
    op.create_index('ix_submission_contributor', 'submission', ['contributor_id', 'id'], unique=False)
    op.create_index('ix_submission_state', 'submission', ['state', 'id'], unique=False)
    op.create_index('uq_submission_nonce', 'submission', ['contributor_id', 'nonce'], unique=True)
    op.create_table('article_source',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_article_source_article_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_article_source_submission_id')),
    sa.PrimaryKeyConstraint('article_id', 'submission_id', name=op.f('pk_article_source'))
    )
    op.create_index(op.f('ix_article_source_submission_id'), 'article_source', ['submission_id'], unique=False)
    op.create_table('edition_article',
    sa.Column('edition_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('permalink', sa.String(length=1000), nullable=True),
    sa.Column('live', sa.String(length=40), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_edition_article_article_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_edition_article_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition_article')),
    sa.UniqueConstraint('edition_id', 'article_id', name=op.f('uq_edition_article_edition_id_article_id')),
    sa.UniqueConstraint('live', name=op.f('uq_edition_article_live'))
    )
    op.create_index(op.f('ix_edition_article_article_id'), 'edition_article', ['article_id'], unique=False)
    op.create_table('review_stage',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_by_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision', sa.String(length=24), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_review_stage_article_id')),
    sa.ForeignKeyConstraint(['claimed_by_id'], ['person.id'], name=op.f('fk_review_stage_claimed_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_review_stage_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_stage'))
    )
    op.create_index('ix_review_stage_decider', 'review_stage', ['decided_by_id', 'article_id'], unique=False)
    op.create_index('uq_review_stage_open', 'review_stage', ['article_id', 'round', 'name'], unique=True)
    op.create_table('revision',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('author', sa.String(length=80), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('cover', sa.String(length=64), nullable=False),
    sa.Column('source_url', sa.Text(), nullable=False),
    sa.Column('theme', sa.String(length=40), nullable=False),
    sa.Column('comments_open', sa.Boolean(), nullable=False),
    sa.Column('comments_fans_only', sa.Boolean(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('saved_by_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_revision_article_id')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['person.id'], name=op.f('fk_revision_saved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision'))
    )
    op.create_index('uq_revision_number', 'revision', ['article_id', 'number'], unique=True)
    op.create_table('sign_off',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('signed_by_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_sign_off_article_id')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['person.id'], name=op.f('fk_sign_off_signed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off'))
    )
    op.create_index(op.f('ix_sign_off_article_id'), 'sign_off', ['article_id'], unique=False)
    op.create_table('tracked_link',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('edition_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_tracked_link_article_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_tracked_link_edition_id')),
    sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_tracked_link_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tracked_link')),
    sa.UniqueConstraint('article_id', 'group_id', 'edition_id', name=op.f('uq_tracked_link_article_id_group_id_edition_id')),
    sa.UniqueConstraint('code', name=op.f('uq_tracked_link_code'))
    )
    op.create_table('click',
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('visitor', sa.String(length=32), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['tracked_link.id'], name=op.f('fk_click_link_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_click'))
    )
    op.create_index('ix_click_kind', 'click', ['link_id', 'kind'], unique=False)
    op.create_index('ix_click_visitor', 'click', ['link_id', 'visitor'], unique=False)
    op.create_table('share',
    sa.Column('edition_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_share_delivery_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_share_edition_id')),
    sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_share_group_id')),
    sa.ForeignKeyConstraint(['link_id'], ['tracked_link.id'], name=op.f('fk_share_link_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share')),
    sa.UniqueConstraint('edition_id', 'group_id', name=op.f('uq_share_edition_id_group_id'))
    )
    op.create_index(op.f('ix_share_delivery_id'), 'share', ['delivery_id'], unique=False)
    op.create_index(op.f('ix_share_group_id'), 'share', ['group_id'], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE article_fts USING fts5(grams)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE article_fts")
    op.drop_index(op.f('ix_share_group_id'), table_name='share')
    op.drop_index(op.f('ix_share_delivery_id'), table_name='share')
    op.drop_table('share')
    op.drop_index('ix_click_visitor', table_name='click')
    op.drop_index('ix_click_kind', table_name='click')
    op.drop_table('click')
    op.drop_table('tracked_link')
    op.drop_index(op.f('ix_sign_off_article_id'), table_name='sign_off')
    op.drop_table('sign_off')
    op.drop_index('uq_revision_number', table_name='revision')
    op.drop_table('revision')
    op.drop_index('uq_review_stage_open', table_name='review_stage')
    op.drop_index('ix_review_stage_decider', table_name='review_stage')
    op.drop_table('review_stage')
    op.drop_index(op.f('ix_edition_article_article_id'), table_name='edition_article')
    op.drop_table('edition_article')
    op.drop_index(op.f('ix_article_source_submission_id'), table_name='article_source')
    op.drop_table('article_source')
    op.drop_index('uq_submission_nonce', table_name='submission')
    op.drop_index('ix_submission_state', table_name='submission')
    op.drop_index('ix_submission_contributor', table_name='submission')
    op.drop_table('submission')
    op.drop_table('group_connector')
    op.drop_index('ix_article_state', table_name='article')
    op.drop_index('ix_article_stage', table_name='article')
    op.drop_index('ix_article_group_desk', table_name='article')
    op.drop_index('ix_article_group', table_name='article')
    op.drop_index('ix_article_editor_desk', table_name='article')
    op.drop_index('ix_article_desk', table_name='article')
    op.drop_index('ix_article_contributor', table_name='article')
    op.drop_table('article')
    op.drop_table('person_role')
    op.drop_index('uq_notice_cause', table_name='notice')
    op.drop_index('ix_notice_unseen', table_name='notice')
    op.drop_index('ix_notice_person', table_name='notice')
    op.drop_table('notice')
    op.drop_index('uq_idempotent_answer_key', table_name='idempotent_answer')
    op.drop_table('idempotent_answer')
    op.drop_table('hand_in_draft')
    op.drop_index('ix_edition_time', table_name='edition')
    op.drop_index('ix_edition_state', table_name='edition')
    op.drop_table('edition')
    op.drop_index(op.f('ix_community_group_parent_id'), table_name='community_group')
    op.drop_index('ix_community_group_kind', table_name='community_group')
    op.drop_table('community_group')
    op.drop_table('asset')
    op.drop_index(op.f('ix_api_token_person_id'), table_name='api_token')
    op.drop_table('api_token')
    op.drop_table('person')
    op.drop_index('uq_callback_event_key', table_name='callback_event')
    op.drop_table('callback_event')
    op.drop_index(op.f('ix_attempt_delivery_id'), table_name='attempt')
    op.drop_table('attempt')
    op.drop_table('probe')
    op.drop_table('pace')
    op.drop_table('official_account')
    op.drop_table('number_series')
    op.drop_table('house_setting')
    op.drop_table('hold')
    op.drop_table('hit_file')
    op.drop_table('department')
    op.drop_index('ix_delivery_work', table_name='delivery')
    op.drop_index('ix_delivery_target', table_name='delivery')
    op.drop_index('ix_delivery_state', table_name='delivery')
    op.drop_index('ix_delivery_reading', table_name='delivery')
    op.drop_index('ix_delivery_owner', table_name='delivery')
    op.drop_index('ix_delivery_edition', table_name='delivery')
    op.drop_index('ix_delivery_after', table_name='delivery')
    op.drop_table('delivery')
    op.drop_index('ix_audit_entry_thing', table_name='audit_entry')
    op.drop_table('audit_entry')
    op.drop_index('ix_article_grams', table_name='article_grams', postgresql_using='gin')
    op.drop_table('article_grams')
    op.drop_table('access_token')

