# Replyby's server: no compiler, no tests, not root; only /var/lib/replyby is written to.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/replyby
# The packages first: they change less often than our own code.
COPY requirements.txt ./
RUN /opt/replyby/bin/python -m pip install --require-hashes --no-deps -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY handlers ./handlers
COPY models ./models
COPY scheduler ./scheduler
COPY templates ./templates
RUN /opt/replyby/bin/python -m pip install --no-deps --no-build-isolation .

FROM python:3.12-slim
# pg_dump and pg_restore, for `replyby backup` and `replyby restore` of PostgreSQL.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin replyby \
    && install --directory --owner=replyby --group=replyby --mode=0700 /var/lib/replyby
COPY --from=build /opt/replyby /opt/replyby
ENV PATH=/opt/replyby/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    REPLYBY_HOST=0.0.0.0 \
    REPLYBY_PORT=8000 \
    REPLYBY_DATABASE_URL=sqlite:////var/lib/replyby/replyby.db
USER 10001:10001
WORKDIR /var/lib/replyby
VOLUME /var/lib/replyby
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['REPLYBY_PORT'] + '/health', timeout=4)"]
CMD ["replyby", "serve"]
