"""What each person is sent where, and signed one-time links for reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0018_notices_and_review_links"
down_revision = "0017_review_routes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notice_channel',
    sa.Column('name', sa.String(length=8), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('hint', sa.String(length=200), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_notice_channel'))
    )
    op.create_table('notice_choice',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_choice_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'kind', 'channel', name=op.f('pk_notice_choice'))
    )
    op.create_table('notice_envelope',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('content', sa.String(length=16), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_notice_envelope_delivery_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_envelope_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_envelope'))
    )
    op.create_index('ix_notice_envelope_content', 'notice_envelope', ['content', 'thing_id'], unique=False)
    op.create_index('ix_notice_envelope_delivery', 'notice_envelope', ['delivery_id'], unique=False)
    op.create_index('ix_notice_envelope_person', 'notice_envelope', ['person_id', 'channel', 'due_at'], unique=False)
    op.create_table('notice_habit',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('rhythm', sa.String(length=8), nullable=False),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_until', sa.Integer(), nullable=True),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('robot_kind', sa.String(length=24), nullable=False),
    sa.Column('robot_settings', sa.Text(), nullable=True),
    sa.Column('robot_hint', sa.String(length=40), nullable=False),
    sa.Column('robot_alone', sa.Boolean(), nullable=False),
    sa.Column('robot_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_habit_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_notice_habit'))
    )
    op.create_table('notice_mute',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thing', sa.String(length=20), nullable=False),
    sa.Column('thing_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_mute_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'thing', 'thing_id', name=op.f('pk_notice_mute'))
    )
    op.create_table('notice_enclosure',
    sa.Column('envelope_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('notice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['envelope_id'], ['notice_envelope.id'], name=op.f('fk_notice_enclosure_envelope_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_notice_enclosure_notice_id')),
    sa.PrimaryKeyConstraint('envelope_id', 'notice_id', name=op.f('pk_notice_enclosure'))
    )
    op.create_index('ix_notice_enclosure_notice', 'notice_enclosure', ['notice_id'], unique=False)
    op.create_table('review_invitation',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('sent_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision', sa.String(length=24), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_review_invitation_article_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_review_invitation_person_id')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['person.id'], name=op.f('fk_review_invitation_sent_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_review_invitation_token_hash'))
    )
    op.create_index('ix_review_invitation_article', 'review_invitation', ['article_id', 'id'], unique=False)
    op.create_table('review_invitation_use',
    sa.Column('invitation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('act', sa.String(length=24), nullable=False),
    sa.Column('program', sa.String(length=20), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['review_invitation.id'], name=op.f('fk_review_invitation_use_invitation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_invitation_use'))
    )
    op.create_index('ix_review_invitation_use_invitation', 'review_invitation_use', ['invitation_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_review_invitation_use_invitation', table_name='review_invitation_use')
    op.drop_table('review_invitation_use')
    op.drop_index('ix_review_invitation_article', table_name='review_invitation')
    op.drop_table('review_invitation')
    op.drop_index('ix_notice_enclosure_notice', table_name='notice_enclosure')
    op.drop_table('notice_enclosure')
    op.drop_table('notice_mute')
    op.drop_table('notice_habit')
    op.drop_index('ix_notice_envelope_person', table_name='notice_envelope')
    op.drop_index('ix_notice_envelope_delivery', table_name='notice_envelope')
    op.drop_index('ix_notice_envelope_content', table_name='notice_envelope')
    op.drop_table('notice_envelope')
    op.drop_table('notice_choice')
    op.drop_table('notice_channel')
