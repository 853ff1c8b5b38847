# Nothing but the lock files chooses what is installed, and each file of it is checked by its hash.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv --without-pip /venv \
 && python -m pip --python /venv/bin/python install --require-hashes --no-deps --only-binary :all: -r requirements.lock \
 && python -m pip install --require-hashes --no-deps --only-binary :all: -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY sync sync
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && python -m pip --python /venv/bin/python install --no-deps --no-index /dist/*.whl

FROM python:3.11-slim
# The root file system may be read-only: all that is written lies in /data.
RUN python -m pip uninstall --yes --quiet --root-user-action ignore pip setuptools wheel \
 && useradd --system --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin calsync \
 && install --directory --owner calsync --group calsync --mode 700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    CALSYNC_LISTEN=0.0.0.0:8080 CALSYNC_DATABASE_URL=sqlite+aiosqlite:////data/calsync.db
USER calsync
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:%s/healthz' % os.environ['CALSYNC_LISTEN'].rpartition(':')[2], timeout=4)"]
ENTRYPOINT ["calsync"]
CMD ["run"]
