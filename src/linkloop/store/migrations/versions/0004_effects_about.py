"""What was sent about one thing, such as a conversation, is found without reading all effects."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("outbox_about", "outbox", ["about"], unique=False)


def downgrade() -> None:
    op.drop_index("outbox_about", "outbox")
