FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 calsync
COPY --from=build /venv /venv
USER calsync
WORKDIR /home/calsync
ENV CALSYNC_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK CMD ["/venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz')"]
ENTRYPOINT ["/venv/bin/calsync"]
CMD ["run"]
